/** ResourceClaims and their templates. Behaves like upstream pkg/apis/resource/validation/validation.go. */
import type { ResourceClaim, ResourceClaimSpec, ResourceClaimTemplate } from '../../../apimachinery/types/resource.gen.ts';
import { Path, type ErrorList, type FieldError } from '../../../apimachinery/validation/field.ts';
import type { RequestContext } from '../../generic/context.ts';
import { templateMetadata } from '../../core/validation/claim-template.ts';
import { immutable } from '../../core/validation/fields.ts';
import { adminAccess } from './admin-access.ts';
import { claimSpec } from './claim-spec.ts';
import { claimStatusUpdate } from './claim-status.ts';
import type { MetadataErrors } from '../../generic/definition.ts';

const SPEC = Path.of('spec');
/** Also for templates, whose spec is one deeper. */
const REQUESTS = SPEC.child('devices', 'requests');

function asksForAdmin({ devices }: ResourceClaimSpec, namespace: string | undefined, ctx: RequestContext): FieldError[] {
  return adminAccess(
    (devices?.requests ?? []).map((r) => r.exactly),
    REQUESTS,
    namespace ?? '',
    ctx,
  );
}

export const validateResourceClaim = ({ spec, metadata }: ResourceClaim, ctx: RequestContext, meta: MetadataErrors): ErrorList => [
  ...asksForAdmin(spec, metadata.namespace, ctx),
  ...meta.whole(),
  ...claimSpec(spec, SPEC),
];

export const validateResourceClaimUpdate = (claim: ResourceClaim, old: ResourceClaim): ErrorList => immutable(claim.spec, old.spec, SPEC);

export function validateResourceClaimStatusUpdate(claim: ResourceClaim, old: ResourceClaim, ctx: RequestContext, meta: MetadataErrors): ErrorList {
  const results = claim.status.allocation?.devices?.results ?? [];
  const had = (old.status.allocation?.devices?.results ?? []).some((r) => r.adminAccess);
  const path = Path.of('status', 'allocation', 'devices', 'results');
  return [...(had ? [] : adminAccess(results, path, claim.metadata.namespace ?? '', ctx)), ...meta.change(), ...claimStatusUpdate(claim, old)];
}

function template({ spec }: ResourceClaimTemplate): FieldError[] {
  const path = SPEC.child('metadata');
  return [...templateMetadata(spec.metadata, path), ...claimSpec(spec.spec, SPEC.child('spec'))];
}

export function validateResourceClaimTemplate(t: ResourceClaimTemplate, ctx: RequestContext, meta: MetadataErrors): ErrorList {
  return [...asksForAdmin(t.spec.spec, t.metadata.namespace, ctx), ...meta.whole(), ...template(t)];
}

export const validateResourceClaimTemplateUpdate = (
  t: ResourceClaimTemplate,
  old: ResourceClaimTemplate,
  _ctx: RequestContext,
  meta: MetadataErrors,
): ErrorList => [
  ...meta.whole(),
  ...template(t),
  ...meta.change(),
  ...immutable(t.spec, old.spec, SPEC),
];
