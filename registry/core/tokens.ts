/** serviceaccounts/token. Behaves like upstream pkg/registry/core/serviceaccount/storage/token.go. */
import { newBadRequest, newConflict, newInternalError, newInvalid, newNotFound } from '../../apimachinery/errors.ts';
import { parseApiVersion, type Key, type Obj } from '../../apimachinery/meta.ts';
import * as authentication from '../../apimachinery/types/authentication.gen.ts';
import * as core from '../../apimachinery/types/core.gen.ts';
import type { DeepReadonly, ResourceType } from '../../apimachinery/types/type.ts';
import { invalid, Path, type ErrorList, type FieldError } from '../../apimachinery/validation/field.ts';
import { rfc3339 } from '../../component-base/clock.ts';
import type { RequestContext, TokenClaims } from '../generic/context.ts';
import type { SubresourceContext } from '../generic/definition.ts';

const GROUP = 'authentication.k8s.io';
const KIND = 'TokenRequest';
const MIN_SECONDS = 600;
const MAX_SECONDS = 2 ** 32;
/** What kubelets of pods ask for: such tokens live longer than they say, and their late use is only warned of. */
const WARN_ONLY_SECONDS = 3607;
const EXTENDED_SECONDS = 365 * 24 * 3600;

type Request = authentication.TokenRequest;
type Account = DeepReadonly<core.ServiceAccount>;
type Binding = Pick<TokenClaims, 'boundTo' | 'node'>;

function checkNames(parent: Key, { metadata }: Request): void {
  const check = (field: 'name' | 'namespace'): void => {
    const value = metadata?.[field];
    if (!value || value === parent[field]) return;
    throw newInvalid(GROUP, KIND, parent.name, [
      invalid(Path.of('metadata', field), value, `must match the service account ${field} if specified`),
    ]);
  };
  check('name');
  check('namespace');
}

function validate(seconds: number): ErrorList {
  const path = Path.of('spec', 'expirationSeconds');
  const errors: FieldError[] = [];
  if (seconds < MIN_SECONDS) errors.push(invalid(path, seconds, 'may not specify a duration less than 10 minutes'));
  if (seconds > MAX_SECONDS) errors.push(invalid(path, seconds, 'may not specify a duration larger than 2^32 seconds'));
  return errors;
}

export async function requestToken(parent: Key, request: Request, ctx: SubresourceContext): Promise<Request> {
  checkNames(parent, request);
  const account = await ctx.stores.of(core.ServiceAccount).get(parent);
  if (!account) throw newNotFound({ group: '', resource: 'serviceaccounts' }, parent.name);
  const uid = account.metadata.uid ?? '';
  if (request.metadata?.uid && request.metadata.uid !== uid) {
    throw newConflict(
      { group: GROUP, resource: KIND },
      parent.name,
      `the UID in the token request (${request.metadata.uid}) does not match the UID of the service account (${uid})`,
    );
  }
  const seconds = request.spec.expirationSeconds ?? 3600;
  const errors = validate(seconds);
  if (errors.length > 0) throw newInvalid(GROUP, KIND, '', errors);
  const { tokens } = ctx;
  if (!tokens) throw newInternalError('failed to generate token: no issuer is configured');
  const audiences = (request.spec.audiences ?? []).length > 0 ? (request.spec.audiences ?? []) : [...tokens.defaultAudiences];
  const now = ctx.clock.now();
  const metadata = { ...request.metadata, name: parent.name, namespace: parent.namespace, uid, creationTimestamp: rfc3339(now) };
  const asked = { ...request, metadata, spec: { ...request.spec, audiences, expirationSeconds: seconds }, status: { token: '', expirationTimestamp: null } };
  await ctx.admission.validate(asked as unknown as DeepReadonly<Obj>);
  const bound = await bind(parent, request.spec.boundObjectRef, account, ctx);
  const { token } = await tokens.issue({
    ...lifetime(seconds, bound, audiences, tokens.defaultAudiences),
    serviceAccount: { ...parent, uid },
    audiences,
    ...bound,
  });
  return { ...asked, status: { token, expirationTimestamp: rfc3339(now + seconds * 1000) } };
}

function lifetime(
  seconds: number,
  bound: Binding,
  audiences: readonly string[],
  own: readonly string[],
): Pick<TokenClaims, 'expirationSeconds' | 'warnAfterSeconds'> {
  const isExtended = bound.boundTo?.kind === 'Pod' && seconds === WARN_ONLY_SECONDS && audiences.every((a) => own.includes(a));
  return isExtended
    ? { expirationSeconds: EXTENDED_SECONDS, warnAfterSeconds: seconds }
    : { expirationSeconds: seconds, warnAfterSeconds: 0 };
}

async function bind(
  { namespace }: Key,
  ref: DeepReadonly<authentication.BoundObjectReference> | null | undefined,
  account: Account,
  ctx: RequestContext,
): Promise<Binding> {
  if (!ref) return {};
  const { group = '', version = '' } = parseApiVersion(ref.apiVersion ?? '') ?? {};
  const kind = group === '' ? ref.kind : undefined;
  if (kind !== 'Pod' && kind !== 'Secret' && kind !== 'Node')
    throw newBadRequest(`cannot bind token to object of type ${group}/${version}, Kind=${ref.kind ?? ''}`);
  const key = { namespace: kind === 'Node' ? '' : namespace, name: ref.name ?? '' };
  const found = await ctx.stores.of(TYPES[kind] as ResourceType<core.Pod>).get(key);
  if (!found) throw newNotFound({ group: '', resource: TYPES[kind].plural }, key.name);
  const uid = found.metadata.uid ?? '';
  const node = kind === 'Pod' ? await nodeOf(found, account.metadata.name, ctx) : undefined;
  if (ref.uid && ref.uid !== uid) {
    throw newConflict(
      { group: '', resource: kind },
      key.name,
      `the UID in the bound object reference (${ref.uid}) does not match the UID in record. The object might have been deleted and then recreated`,
    );
  }
  return { boundTo: { kind, name: key.name, uid }, ...(node && { node }) };
}

const TYPES = { Pod: core.Pod, Secret: core.Secret, Node: core.Node } as const;

async function nodeOf(pod: DeepReadonly<core.Pod>, serviceAccount: string, ctx: RequestContext): Promise<TokenClaims['node']> {
  if (pod.spec.serviceAccountName !== serviceAccount) {
    throw newBadRequest(
      `cannot bind token for serviceaccount ${JSON.stringify(serviceAccount)} to pod running with different serviceaccount name.`,
    );
  }
  const name = pod.spec.nodeName;
  if (!name) return undefined;
  const node = await ctx.stores.of(core.Node).get({ namespace: '', name });
  return { name, uid: node?.metadata.uid ?? '' };
}
