/** Pod-level resources and claims. Behaves like upstream pkg/apis/core/validation/validation.go (validatePodResources, validatePodResourceClaims). */
import { own } from '../../../apimachinery/own.ts';
import { parseQuantity } from '../../../apimachinery/quantity.ts';
import { wasGivenEmpty } from '../../../apimachinery/schema/emptied.ts';
import type { PodResourceClaim, PodSpec } from '../../../apimachinery/types/core.gen.ts';
import { duplicate, forbidden, invalid, Path, required, type FieldError } from '../../../apimachinery/validation/field.ts';
import { aggregate, isHugePages } from '../pods/resources.ts';
import { validateResources } from './container-resources.ts';
import { dnsLabel } from './fields.ts';
import { each, nameIsDNSSubdomain } from './format.ts';
import { MIRROR } from './pod-annotations.ts';
import type { PodOptions } from './pod-options.ts';
import { podResourceName } from './resource-names.ts';

export function validatePodResources(spec: PodSpec, claimNames: ReadonlySet<string>, path: Path, options: PodOptions): FieldError[] {
  const { resources } = spec;
  if (!resources) return [];
  const at = path.child('resources');
  if (spec.os?.name === 'windows') return [forbidden(at, 'may not be set for a windows pod')];
  return [
    ...(resources.claims || wasGivenEmpty(resources, 'claims') ? [forbidden(at.child('claims'), 'claims may not be set for Resources at pod-level')] : []),
    ...validateResources(resources, claimNames, at, options, podResourceName),
    ...consistency(spec, at),
  ];
}

/** The pod's own amounts cover those of its containers. */
function consistency(spec: PodSpec, path: Path): FieldError[] {
  const errors: FieldError[] = [];
  for (const [name, sum] of aggregate(spec, 'requests')) {
    const total = own(spec.resources?.requests, name);
    if (total !== undefined && sum.cmp(parseQuantity(total)) > 0)
      errors.push(
        invalid(
          path.child('requests').key(name),
          total,
          `must be greater than or equal to aggregate container requests of ${sum.toString()}`,
        ),
      );
  }
  for (const [name, sum] of aggregate(spec, 'limits')) {
    const total = isHugePages(name) ? own(spec.resources?.limits, name) : undefined;
    if (total !== undefined && sum.cmp(parseQuantity(total)) > 0)
      errors.push(
        invalid(path.child('limits').key(name), total, `must be greater than or equal to aggregate container limits of ${sum.toString()}`),
      );
  }
  for (const [i, c] of (spec.containers ?? []).entries()) {
    for (const [name, limit] of Object.entries(c.resources?.limits ?? {})) {
      const total = own(spec.resources?.limits, name);
      if (total === undefined || parseQuantity(limit).cmp(parseQuantity(total)) <= 0) continue;
      errors.push(
        invalid(path.child('containers').index(i).key(name).child('limits'), limit, `must be less than or equal to pod limits of ${total}`),
      );
    }
  }
  return errors;
}

const goClaim = (c: PodResourceClaim): object => ({
  Name: c.name ?? '',
  ResourceClaimName: c.resourceClaimName ?? null,
  ResourceClaimTemplateName: c.resourceClaimTemplateName ?? null,
});

export function validatePodClaims(
  annotations: Readonly<Record<string, string>> | undefined,
  claims: readonly PodResourceClaim[] | undefined,
  path: Path,
): FieldError[] {
  const seen = new Set<string>();
  const isMirror = annotations?.[MIRROR] !== undefined;
  return (claims ?? []).flatMap((claim, i) =>
    isMirror ? [forbidden(Path.of('[]'), 'static pods do not support resource claims')] : podClaim(claim, seen, path.index(i)),
  );
}

function podClaim(claim: PodResourceClaim, seen: Set<string>, path: Path): FieldError[] {
  const { name, resourceClaimName: direct, resourceClaimTemplateName: template } = claim;
  const errors: FieldError[] = [];
  if (!name) errors.push(required(path.child('name')));
  else if (seen.has(name)) errors.push(duplicate(path.child('name'), name));
  else errors.push(...dnsLabel(name, path.child('name')));
  seen.add(name);
  if (direct !== undefined && template !== undefined)
    errors.push(invalid(path, goClaim(claim), 'at most one of `resourceClaimName` or `resourceClaimTemplateName` may be specified'));
  if (direct === undefined && template === undefined)
    errors.push(invalid(path, goClaim(claim), 'must specify one of: `resourceClaimName`, `resourceClaimTemplateName`'));
  if (direct !== undefined) errors.push(...each(path.child('resourceClaimName'), direct, nameIsDNSSubdomain(direct)));
  if (template !== undefined) errors.push(...each(path.child('resourceClaimTemplateName'), template, nameIsDNSSubdomain(template)));
  return errors;
}
