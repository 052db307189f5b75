/** Reads what a payload is made of; an optional source that is missing gives nothing. Used by plugins/ configmap, secret and projected. */
import { isNotFound } from '../../apimachinery/errors.ts';
import type * as core from '../../apimachinery/types/core.gen.ts';
import type { DeepReadonly } from '../../apimachinery/types/type.ts';
import { configMapPayload, secretPayload, type Payload } from './payload.ts';
import type { VolumeContext } from './plugin.ts';

interface Source {
  readonly name: string;
  readonly items: readonly DeepReadonly<core.KeyToPath>[] | undefined;
  readonly optional: boolean;
  readonly mode: number;
}

async function orEmpty(optional: boolean, make: () => Promise<Payload>): Promise<Payload> {
  try {
    return await make();
  } catch (error) {
    if (optional && isNotFound(error)) return new Map();
    throw error;
  }
}

export function readConfigMap({ pod, references }: VolumeContext, { name, items, optional, mode }: Source): Promise<Payload> {
  return orEmpty(optional, async () => configMapPayload(await references.configMap(pod.metadata.namespace, name), items, optional, mode));
}

export function readSecret({ pod, references }: VolumeContext, { name, items, optional, mode }: Source): Promise<Payload> {
  return orEmpty(optional, async () => secretPayload(await references.secret(pod.metadata.namespace, name), items, optional, mode));
}
