import { parseApiVersion, type Key } from '../apimachinery/meta.ts';
import { ValidatingAdmissionPolicy } from '../apimachinery/types/admissionregistration.gen.ts';
import type { DeepReadonly } from '../apimachinery/types/type.ts';
import { defineController, type ControllerContext } from './framework/definition.ts';
import { kindsOf } from './validatingadmissionpolicy/kinds.ts';
import { typeOfKind } from './validatingadmissionpolicy/schemas.ts';
import { typeWarnings, type CheckedKind } from './validatingadmissionpolicy/type-check.ts';

const FIELD_MANAGER = 'validatingadmissionpolicy-status';

async function reconcile(ctx: ControllerContext, key: Key): Promise<void> {
  const policy = ctx.lister(ValidatingAdmissionPolicy).get(key);
  const { generation = 0 } = policy?.metadata ?? {};
  if (!policy || generation <= (policy.status.observedGeneration ?? 0)) return;
  const warnings = typeWarnings(policy.spec, await checkedKinds(ctx, policy), await paramType(ctx, policy));
  const status = { observedGeneration: generation, typeChecking: warnings.length > 0 ? { expressionWarnings: warnings } : {} };
  const applied = { apiVersion: 'admissionregistration.k8s.io/v1', kind: 'ValidatingAdmissionPolicy', metadata: { name: key.name }, status };
  await ctx.client.resource(ValidatingAdmissionPolicy).subresource<ValidatingAdmissionPolicy>('status').apply(key, applied, { fieldManager: FIELD_MANAGER, force: true });
}

/** A kind whose schema is not known is left out. */
async function checkedKinds(ctx: ControllerContext, { spec }: DeepReadonly<ValidatingAdmissionPolicy>): Promise<readonly CheckedKind[]> {
  const kinds = await kindsOf(ctx.client, spec.matchConstraints?.resourceRules ?? []);
  const types = await Promise.all(kinds.map((kind) => typeOfKind(ctx.client, kind, ctx.now())));
  return kinds.flatMap((kind, i) => types.slice(i, i + 1).flatMap((type) => (type ? [{ kind, type }] : [])));
}

async function paramType(ctx: ControllerContext, { spec: { paramKind } }: DeepReadonly<ValidatingAdmissionPolicy>): Promise<CheckedKind['type'] | undefined> {
  const gv = paramKind && parseApiVersion(paramKind.apiVersion ?? '');
  return gv && typeOfKind(ctx.client, { ...gv, kind: paramKind.kind ?? '' }, ctx.now());
}

/** Tells in a policy's status what its expressions would not find in the objects that its rules name. Behaves like upstream pkg/controller/validatingadmissionpolicystatus. */
export default defineController({ name: 'validatingadmissionpolicy-status-controller', for: ValidatingAdmissionPolicy, reconcile });
