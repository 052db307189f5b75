/** Pod-level resources and claims. Behaves like upstream pkg/apis/core/validation/validation.go (validatePodResources, validatePodResourceClaims). */
import { own } from '../../../apimachinery/own.ts';
import { parseQuantity } from '../../../apimachinery/quantity.ts';
import { wasGivenEmpty } from '../../../apimachinery/schema/emptied.ts';
import type { PodResourceClaim, PodSpec, ResourceRequirements } from '../../../apimachinery/types/core.gen.ts';
import { duplicate, forbidden, invalid, Path, required, type FieldError } from '../../../apimachinery/validation/field.ts';
import { aggregate, isHugePages } from '../pods/resources.ts';
import { validateResources } from './container-resources.ts';
import { dnsLabel } from './fields.ts';
import { each, nameIsDNSSubdomain } from './format.ts';
import { MIRROR } from './pod-annotations.ts';
import type { PodOptions } from './pod-options.ts';
import { podResourceName } from './resource-names.ts';

export function validatePodResources(
  resources: ResourceRequirements,
  spec: PodSpec,
  claimNames: ReadonlySet<string>,
  path: Path,
  options: PodOptions,
  errors: FieldError[],
): void {
  if (spec.os?.name === 'windows') {
    errors.push(forbidden(path, 'may not be set for a windows pod'));
    return;
  }
  if (resources.claims || wasGivenEmpty(resources, 'claims'))
    errors.push(forbidden(path.child('claims'), 'claims may not be set for Resources at pod-level'));
  validateResources(resources, claimNames, path, options, errors, podResourceName);
  consistency(resources, spec, path, errors);
}

/** The pod's own amounts cover those of its containers. */
function consistency(resources: ResourceRequirements, spec: PodSpec, path: Path, errors: FieldError[]): void {
  for (const [name, sum] of aggregate(spec, 'requests')) {
    const total = own(resources.requests, name);
    if (total !== undefined && sum.cmp(parseQuantity(total)) > 0)
      errors.push(
        invalid(path.child('requests').key(name), total, `must be greater than or equal to aggregate container requests of ${sum.toString()}`),
      );
  }
  for (const [name, sum] of aggregate(spec, 'limits')) {
    const total = isHugePages(name) ? own(resources.limits, name) : undefined;
    if (total !== undefined && sum.cmp(parseQuantity(total)) > 0)
      errors.push(
        invalid(path.child('limits').key(name), total, `must be greater than or equal to aggregate container limits of ${sum.toString()}`),
      );
  }
  spec.containers?.forEach((c, i) => {
    for (const [name, limit] of Object.entries(c.resources?.limits ?? {})) {
      const total = own(resources.limits, name);
      if (total !== undefined && parseQuantity(limit).cmp(parseQuantity(total)) > 0)
        errors.push(
          invalid(path.child('containers').index(i).key(name).child('limits'), limit, `must be less than or equal to pod limits of ${total}`),
        );
    }
  });
}

const goClaim = (c: PodResourceClaim): object => ({
  Name: c.name ?? '',
  ResourceClaimName: c.resourceClaimName ?? null,
  ResourceClaimTemplateName: c.resourceClaimTemplateName ?? null,
});

export function validatePodClaims(
  annotations: Readonly<Record<string, string>> | undefined,
  claims: readonly PodResourceClaim[],
  path: Path,
  errors: FieldError[],
): void {
  const seen = new Set<string>();
  const isMirror = annotations?.[MIRROR] !== undefined;
  claims.forEach((claim, i) => {
    if (isMirror) errors.push(forbidden(Path.of('[]'), 'static pods do not support resource claims'));
    else podClaim(claim, seen, path.index(i), errors);
  });
}

function podClaim(claim: PodResourceClaim, seen: Set<string>, path: Path, errors: FieldError[]): void {
  const { name, resourceClaimName: direct, resourceClaimTemplateName: template } = claim;
  if (!name) errors.push(required(path.child('name')));
  else if (seen.has(name)) errors.push(duplicate(path.child('name'), name));
  else dnsLabel(name, path.child('name'), errors);
  seen.add(name);
  if (direct !== undefined && template !== undefined)
    errors.push(invalid(path, goClaim(claim), 'at most one of `resourceClaimName` or `resourceClaimTemplateName` may be specified'));
  if (direct === undefined && template === undefined)
    errors.push(invalid(path, goClaim(claim), 'must specify one of: `resourceClaimName`, `resourceClaimTemplateName`'));
  if (direct !== undefined) each(path.child('resourceClaimName'), direct, nameIsDNSSubdomain(direct), errors);
  if (template !== undefined) each(path.child('resourceClaimTemplateName'), template, nameIsDNSSubdomain(template), errors);
}
