import type { CryptoKey } from 'jose';
import { isConflict, isNotFound } from '../apimachinery/errors.ts';
import { keyOf, type Key } from '../apimachinery/meta.ts';
import * as core from '../apimachinery/types/core.gen.ts';
import type { DeepReadonly } from '../apimachinery/types/type.ts';
import { defineController, watch, type ControllerContext } from './framework/definition.ts';

type Secret = DeepReadonly<core.Secret>;
type Account = DeepReadonly<core.ServiceAccount>;

const TYPE = 'kubernetes.io/service-account-token';
const NAME = 'kubernetes.io/service-account.name';
const UID = 'kubernetes.io/service-account.uid';
const ALGORITHMS = ['ES256', 'RS256', 'ES384', 'ES512'] as const;

interface SigningKey {
  readonly key: CryptoKey;
  readonly algorithm: string;
}

/** The first algorithm that the key is made for. */
async function signingKey(pem: string): Promise<SigningKey> {
  const { importPKCS8 } = await import('jose');
  let last: unknown;
  for (const algorithm of ALGORITHMS) {
    try {
      return { key: await importPKCS8(pem, algorithm), algorithm };
    } catch (error) {
      last = error;
    }
  }
  throw new Error('the key for service account tokens cannot be used', { cause: last });
}

/** The account as the server has it: a secret is deleted only when it is certain that nobody owns it. */
async function liveAccount(ctx: ControllerContext, namespace: string, name: string): Promise<Account | undefined> {
  try {
    return await ctx.client.resource(core.ServiceAccount).get({ namespace, name });
  } catch (error) {
    if (isNotFound(error)) return undefined;
    throw error;
  }
}

const belongsTo = (secret: Secret, account: Account | undefined): account is Account => {
  const uid = secret.metadata.annotations?.[UID];
  return account !== undefined && (uid === undefined || uid === account.metadata.uid);
};

/** A token without an end, valid as long as its secret is there. */
async function legacyToken({ key, algorithm }: SigningKey, secret: Secret, { metadata: { namespace, name, uid } }: Account): Promise<string> {
  const claim = 'kubernetes.io/serviceaccount';
  const claims = { [`${claim}/namespace`]: namespace, [`${claim}/secret.name`]: secret.metadata.name, [`${claim}/service-account.name`]: name, [`${claim}/service-account.uid`]: uid };
  const { SignJWT } = await import('jose');
  return new SignJWT(claims).setProtectedHeader({ alg: algorithm }).setIssuer('kubernetes/serviceaccount').setSubject(`system:serviceaccount:${namespace}:${name}`).sign(key);
}

async function fill(ctx: ControllerContext, secret: Secret, account: Account, signing: Promise<SigningKey> | undefined): Promise<void> {
  const { rootCA } = ctx.settings;
  const data = { ...secret.data };
  if (rootCA !== undefined && data['ca.crt'] === undefined) data['ca.crt'] = btoa(rootCA);
  data['namespace'] ??= btoa(secret.metadata.namespace);
  if (data['token'] === undefined && signing) data['token'] = btoa(await legacyToken(await signing, secret, account));
  const annotations = { ...secret.metadata.annotations, [NAME]: account.metadata.name, [UID]: account.metadata.uid };
  const isComplete = Object.keys(data).length === Object.keys(secret.data ?? {}).length && secret.metadata.annotations?.[UID] === account.metadata.uid;
  if (isComplete) return;
  try {
    await ctx.client.resource(core.Secret).update({ ...secret, metadata: { ...secret.metadata, annotations }, data });
  } catch (error) {
    if (!isConflict(error) && !isNotFound(error)) throw error;
  }
}

async function reconcile(ctx: ControllerContext, key: Key, signing: Promise<SigningKey> | undefined): Promise<void> {
  const secret = ctx.lister(core.Secret).get(key);
  const name = secret?.metadata.annotations?.[NAME] ?? '';
  if (!secret || secret.type !== TYPE || name === '' || secret.metadata.deletionTimestamp !== undefined) return;
  const cached = ctx.lister(core.ServiceAccount).get({ namespace: key.namespace, name });
  const account = belongsTo(secret, cached) ? cached : await liveAccount(ctx, key.namespace, name);
  if (belongsTo(secret, account)) return fill(ctx, secret, account, signing);
  try {
    await ctx.client.resource(core.Secret).delete(key, { preconditions: { uid: secret.metadata.uid } });
  } catch (error) {
    if (!isNotFound(error) && !isConflict(error)) throw error;
  }
}

/** Fills token secrets that users make, and deletes those of accounts that are gone. Behaves like upstream pkg/controller/serviceaccount/tokens_controller.go. */
export default defineController<core.Secret, Promise<SigningKey> | undefined>({
  name: 'serviceaccount-token-controller',
  watches: [
    watch(core.Secret, (secret, _, { gone }) => (!gone && secret.type === TYPE ? [keyOf(secret)] : [])),
    watch(core.ServiceAccount, ({ metadata: { namespace, name } }, ctx, { old }) => {
      if (old) return [];
      return ctx.lister(core.Secret).list(namespace).filter((secret) => secret.type === TYPE && secret.metadata.annotations?.[NAME] === name).map(keyOf);
    }),
  ],
  setup: ({ settings: { serviceAccountPrivateKey } }) => (serviceAccountPrivateKey === undefined ? undefined : signingKey(serviceAccountPrivateKey)),
  reconcile,
});
