/** What containers and pods ask for. Behaves like upstream pkg/apis/core/validation/validation.go (validateResourceRequirements). */
import { own } from '../../../apimachinery/own.ts';
import { parseQuantity } from '../../../apimachinery/quantity.ts';
import type { ResourceClaim, ResourceRequirements } from '../../../apimachinery/types/core.gen.ts';
import { duplicate, forbidden, invalid, notFound, required, type FieldError, type Path } from '../../../apimachinery/validation/field.ts';
import { isHugePages } from '../pods/resources.ts';
import { dnsLabel } from './fields.ts';
import type { PodOptions } from './pod-options.ts';
import { containerResourceName, isHugePageDivisible, isOvercommitAllowed, resourceQuantity } from './resource-names.ts';

type NameRule = (name: string, path: Path, errors: FieldError[]) => void;
type List = Readonly<Record<string, string>>;

function amount(name: string, text: string, path: Path, options: PodOptions, nameRule: NameRule, errors: FieldError[]): void {
  nameRule(name, path, errors);
  resourceQuantity(name, text, path, errors);
  if (isHugePages(name) && !options.allowIndivisibleHugePages && !isHugePageDivisible(name, parseQuantity(text)))
    errors.push(invalid(path, text, `${text} is not positive integer multiple of ${name}`));
}

function againstLimit(name: string, text: string, limits: List | undefined, path: Path, errors: FieldError[]): void {
  const limit = own(limits, name);
  if (limit === undefined) {
    if (!isOvercommitAllowed(name)) errors.push(required(path.child('limits'), 'Limit must be set for non overcommitable resources'));
    return;
  }
  if (limit === text) return;
  const order = parseQuantity(text).cmp(parseQuantity(limit));
  if (order !== 0 && !isOvercommitAllowed(name)) errors.push(invalid(path.child('requests'), text, `must be equal to ${name} limit of ${limit}`));
  else if (order > 0) errors.push(invalid(path.child('requests'), text, `must be less than or equal to ${name} limit of ${limit}`));
}

/** `claimNames`: of the pod's claims. */
export function validateResources(
  r: ResourceRequirements,
  claimNames: ReadonlySet<string>,
  path: Path,
  options: PodOptions,
  errors: FieldError[] = [],
  nameRule: NameRule = containerResourceName,
): FieldError[] {
  const { limits, requests, claims } = r;
  for (const name in limits) amount(name, limits[name] as string, path.child('limits').key(name), options, nameRule, errors);
  for (const name in requests) {
    const text = requests[name] as string;
    amount(name, text, path.child('requests').key(name), options, nameRule, errors);
    againstLimit(name, text, limits, path, errors);
  }
  if (needsCompute(limits, requests)) errors.push(forbidden(path, 'HugePages require cpu or memory'));
  if (claims) claimReferences(claims, claimNames, path.child('claims'), errors);
  return errors;
}

/** Huge pages without cpu or memory. */
function needsCompute(limits: List | undefined, requests: List | undefined): boolean {
  let hasHugePages = false;
  for (const name in limits) hasHugePages ||= isHugePages(name);
  for (const name in requests) hasHugePages ||= isHugePages(name);
  return hasHugePages && !asksFor('cpu', limits, requests) && !asksFor('memory', limits, requests);
}

const asksFor = (name: string, limits: List | undefined, requests: List | undefined): boolean =>
  own(limits, name) !== undefined || own(requests, name) !== undefined;

function claimReferences(claims: readonly ResourceClaim[], known: ReadonlySet<string>, path: Path, errors: FieldError[]): void {
  const names = new Set<string>();
  claims.forEach((claim, i) => claimReference(claim, names, known, path.index(i), errors));
}

function claimReference(claim: ResourceClaim, names: Set<string>, known: ReadonlySet<string>, path: Path, errors: FieldError[]): void {
  const { name, request } = claim;
  if (!name) {
    errors.push(required(path));
    return;
  }
  if (names.has(name)) errors.push(duplicate(path, name));
  else {
    const key = request ? `${name}/${request}` : name;
    if (request) dnsLabel(request, path.child('request'), errors);
    if (names.has(key)) errors.push(duplicate(path, key));
    else if (!request) for (const other of names) if (other.startsWith(`${name}/`)) errors.push(duplicate(path, name));
    names.add(key);
  }
  if (known.has(name)) return;
  const list = known.size === 0 ? ' which is empty' : `: ${[...known].sort().join(', ')}`;
  const missing = notFound(path, name);
  errors.push({ ...missing, message: `${missing.message}: must be one of the names in pod.spec.resourceClaims${list}` });
}
