/** Tokens for controllers that act as service accounts of their own in kube-system. Behaves like upstream kube-controller-manager's --use-service-account-credentials. */
import { isAlreadyExists, isNotFound } from '../apimachinery/errors.ts';
import type * as authentication from '../apimachinery/types/authentication.gen.ts';
import * as core from '../apimachinery/types/core.gen.ts';
import type { Client } from '../client/interface.ts';
import type { Clock } from '../component-base/clock.ts';

const NAMESPACE = 'kube-system';
const LIFE_SECONDS = 3600;
/** A token is asked for anew when so much of its life is left. */
const RENEW_MS = 600_000;

async function createAccount(client: Client, name: string): Promise<void> {
  try {
    await client.resource(core.ServiceAccount).create({ metadata: { namespace: NAMESPACE, name } });
  } catch (error) {
    if (!isAlreadyExists(error)) throw error;
  }
}

async function requestToken(client: Client, name: string): Promise<string> {
  const request = { apiVersion: 'authentication.k8s.io/v1', kind: 'TokenRequest', spec: { audiences: [], expirationSeconds: LIFE_SECONDS } };
  const ask = (): Promise<{ readonly status: { readonly token: string } }> => client.resource(core.ServiceAccount).subresource('token').create<authentication.TokenRequest>({ namespace: NAMESPACE, name }, request);
  try {
    return (await ask()).status.token;
  } catch (error) {
    if (!isNotFound(error)) throw error;
    await createAccount(client, name);
    return (await ask()).status.token;
  }
}

/** Gives a valid token of the account each time it is called; callers at the same time share one request. */
export function serviceAccountTokenSource(client: Client, clock: Clock): (name: string) => Promise<string> {
  const kept = new Map<string, { readonly token: Promise<string>; readonly until: number }>();
  return (name) => {
    const known = kept.get(name);
    if (known && clock.now() < known.until) return known.token;
    const token = requestToken(client, name);
    kept.set(name, { token, until: clock.now() + LIFE_SECONDS * 1000 - RENEW_MS });
    token.catch(() => kept.delete(name));
    return token;
  };
}
