/** What containers and pods ask for. Behaves like upstream pkg/apis/core/validation/validation.go (validateResourceRequirements). */
import { own } from '../../../apimachinery/own.ts';
import { parseQuantity } from '../../../apimachinery/quantity.ts';
import type { ResourceClaim, ResourceRequirements } from '../../../apimachinery/types/core.gen.ts';
import { duplicate, forbidden, invalid, notFound, required, type FieldError, type Path } from '../../../apimachinery/validation/field.ts';
import { isHugePages } from '../pods/resources.ts';
import { dnsLabel } from './fields.ts';
import type { PodOptions } from './pod-options.ts';
import { containerResourceName, isHugePageDivisible, isOvercommitAllowed, resourceQuantity } from './resource-names.ts';

type NameRule = (name: string, path: Path) => FieldError[];
type List = Readonly<Record<string, string>>;

function amount(name: string, text: string, path: Path, options: PodOptions, nameRule: NameRule): FieldError[] {
  const errors = [...nameRule(name, path), ...resourceQuantity(name, text, path)];
  if (!isHugePages(name) || options.allowIndivisibleHugePages || isHugePageDivisible(name, parseQuantity(text))) return errors;
  return [...errors, invalid(path, text, `${text} is not positive integer multiple of ${name}`)];
}

function againstLimit(name: string, text: string, limits: List, limPath: Path, reqPath: Path): FieldError[] {
  const limit = own(limits, name);
  if (limit === undefined)
    return isOvercommitAllowed(name) ? [] : [required(limPath, 'Limit must be set for non overcommitable resources')];
  const order = parseQuantity(text).cmp(parseQuantity(limit));
  if (order !== 0 && !isOvercommitAllowed(name)) return [invalid(reqPath, text, `must be equal to ${name} limit of ${limit}`)];
  return order > 0 ? [invalid(reqPath, text, `must be less than or equal to ${name} limit of ${limit}`)] : [];
}

export function validateResources(
  r: ResourceRequirements | undefined,
  claimNames: ReadonlySet<string>,
  path: Path,
  options: PodOptions,
  nameRule: NameRule = containerResourceName,
): FieldError[] {
  const { limits = {}, requests = {}, claims } = r ?? {};
  const limPath = path.child('limits');
  const reqPath = path.child('requests');
  const errors = Object.entries(limits).flatMap(([name, text]) => amount(name, text, limPath.key(name), options, nameRule));
  for (const [name, text] of Object.entries(requests)) {
    errors.push(...amount(name, text, reqPath.key(name), options, nameRule), ...againstLimit(name, text, limits, limPath, reqPath));
  }
  const all = [...Object.keys(limits), ...Object.keys(requests)];
  if (all.some(isHugePages) && !all.includes('cpu') && !all.includes('memory'))
    errors.push(forbidden(path, 'HugePages require cpu or memory'));
  return [...errors, ...claimReferences(claims, claimNames, path.child('claims'))];
}

function claimReferences(claims: readonly ResourceClaim[] | undefined, known: ReadonlySet<string>, path: Path): FieldError[] {
  const names = new Set<string>();
  return (claims ?? []).flatMap((claim, i) => claimReference(claim, names, known, path.index(i)));
}

function claimReference(claim: ResourceClaim, names: Set<string>, known: ReadonlySet<string>, path: Path): FieldError[] {
  const { name, request } = claim;
  if (!name) return [required(path)];
  const errors: FieldError[] = [];
  if (names.has(name)) errors.push(duplicate(path, name));
  else {
    const key = request ? `${name}/${request}` : name;
    if (request) errors.push(...dnsLabel(request, path.child('request')));
    if (names.has(key)) errors.push(duplicate(path, key));
    else if (!request) for (const other of names) if (other.startsWith(`${name}/`)) errors.push(duplicate(path, name));
    names.add(key);
  }
  if (known.has(name)) return errors;
  const list = known.size === 0 ? ' which is empty' : `: ${[...known].sort().join(', ')}`;
  const missing = notFound(path, name);
  return [...errors, { ...missing, message: `${missing.message}: must be one of the names in pod.spec.resourceClaims${list}` }];
}
