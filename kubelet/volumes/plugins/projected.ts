/** Several sources in one directory, service account tokens among them. Behaves like upstream pkg/volume/projected. */
import type * as core from '../../../apimachinery/types/core.gen.ts';
import type { DeepReadonly } from '../../../apimachinery/types/type.ts';
import { downwardPayload, textFile, type Payload } from '../payload.ts';
import type { VolumeContext, VolumePlugin } from '../plugin.ts';
import { readConfigMap, readSecret } from '../sources.ts';

interface Projected {
  readonly payload: Payload;
  readonly refreshAt?: number;
}

const DEFAULT_EXPIRATION = 3600;
const MAX_AGE_MS = 24 * 3600 * 1000;

/** A token is renewed after 80% of its life, or a day. */
async function tokenPayload(source: DeepReadonly<core.ServiceAccountTokenProjection>, context: VolumeContext, defaultMode: number): Promise<Projected> {
  const { audience, expirationSeconds = DEFAULT_EXPIRATION, path } = source;
  const mode = context.gid === undefined ? defaultMode : 0o600;
  const make = () => context.token(audience === '' ? undefined : audience, expirationSeconds);
  if (context.lazyTokens) return { payload: new Map([[path, { content: async () => new TextEncoder().encode((await make()).token), mode }]]) };
  const { token, issuedAt, expiresAt } = await make();
  return { payload: new Map([[path, textFile(token, mode)]]), refreshAt: issuedAt + Math.min((expiresAt - issuedAt) * 0.8, MAX_AGE_MS) };
}

async function sourcePayload(source: DeepReadonly<core.VolumeProjection>, context: VolumeContext, mode: number): Promise<Projected> {
  if (source.configMap) return { payload: await readConfigMap(context, { name: source.configMap.name ?? '', items: source.configMap.items, optional: source.configMap.optional ?? false, mode }) };
  if (source.secret) return { payload: await readSecret(context, { name: source.secret.name ?? '', items: source.secret.items, optional: source.secret.optional ?? false, mode }) };
  if (source.downwardAPI) return { payload: downwardPayload(source.downwardAPI.items ?? [], context, mode) };
  if (source.serviceAccountToken) return tokenPayload(source.serviceAccountToken, context, mode);
  throw new Error('this kubelet projects configMap, secret, downwardAPI and serviceAccountToken only');
}

export default {
  name: 'kubernetes.io/projected',
  supports: (volume) => volume.projected !== undefined,
  async setUp({ projected }, context) {
    const all: Payload = new Map();
    let refreshAt = Infinity;
    for (const source of projected?.sources ?? []) {
      const made = await sourcePayload(source, context, projected?.defaultMode ?? 0o644);
      for (const [path, file] of made.payload) all.set(path, file);
      refreshAt = Math.min(refreshAt, made.refreshAt ?? Infinity);
    }
    await context.files.project(context.dir, all, context);
    return { hostPath: context.dir, readOnly: true, ...(refreshAt < Infinity && { refreshAt }) };
  },
} satisfies VolumePlugin;
