/** Registry credentials from a pod's pull secrets. Behaves like upstream pkg/credentialprovider/secrets. */
import { isNotFound } from '../../apimachinery/errors.ts';
import type * as core from '../../apimachinery/types/core.gen.ts';
import type { DeepReadonly } from '../../apimachinery/types/type.ts';
import type { Pod } from '../container/pod.ts';
import type { References } from '../references/references.ts';
import type { AuthConfig } from '../runtime/interface.ts';
import { normalizeRegistry, registryOf } from './registry.ts';

interface DockerAuth {
  readonly username?: string;
  readonly password?: string;
  readonly auth?: string;
}

/** Those whose registry is the image's, the most specific first. Secrets that do not exist are passed over. */
export async function pullCredentials(pod: Pod, image: string, references: References): Promise<AuthConfig[]> {
  const found: { readonly path: string; readonly auth: AuthConfig }[] = [];
  for (const { name = '' } of pod.spec.imagePullSecrets ?? []) {
    const secret = await readSecret(pod, name, references);
    if (secret) for (const [registry, auth] of Object.entries(authsOf(secret))) found.push({ path: normalizeRegistry(registry), auth: toAuthConfig(registry, auth) });
  }
  const target = registryOf(image);
  return found.filter(({ path }) => target === path || target.startsWith(`${path}/`)).sort((a, b) => b.path.length - a.path.length).map((f) => f.auth);
}

async function readSecret(pod: Pod, name: string, references: References): Promise<DeepReadonly<core.Secret> | undefined> {
  try {
    return await references.secret(pod.metadata.namespace, name);
  } catch (error) {
    if (isNotFound(error)) return undefined;
    throw error;
  }
}

function authsOf(secret: DeepReadonly<core.Secret>): Readonly<Record<string, DockerAuth>> {
  const current = secret.data?.['.dockerconfigjson'];
  const old = secret.data?.['.dockercfg'];
  const text = current ?? old;
  if (text === undefined) return {};
  const parsed = JSON.parse(atob(text)) as { auths?: Record<string, DockerAuth> };
  return current === undefined ? (parsed as Record<string, DockerAuth>) : (parsed.auths ?? {});
}

function toAuthConfig(registry: string, { username, password, auth }: DockerAuth): AuthConfig {
  if (username !== undefined) return { username, password: password ?? '', serverAddress: registry };
  const [user = '', ...rest] = atob(auth ?? '').split(':');
  return { username: user, password: rest.join(':'), serverAddress: registry };
}
