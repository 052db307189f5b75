/** The files of ConfigMaps, Secrets and the downward API: pure. Behaves like upstream pkg/volume/{configmap,secret,downwardapi} MakePayload and CollectData. */
import type * as core from '../../apimachinery/types/core.gen.ts';
import type { DeepReadonly } from '../../apimachinery/types/type.ts';
import { findContainer, type Pod } from '../container/pod.ts';
import { fieldValue, resourceValue } from '../environment/field-ref.ts';
import type { FileProjection } from './files.ts';

export type Payload = Map<string, FileProjection>;
type Items = readonly DeepReadonly<core.KeyToPath>[] | undefined;

const encoder = new TextEncoder();
export const textFile = (text: string, mode: number): FileProjection => ({ content: encoder.encode(text), mode });
const base64File = (text: string, mode: number): FileProjection => ({ content: Uint8Array.from(atob(text), (c) => c.charCodeAt(0)), mode });

function pick(all: ReadonlyMap<string, FileProjection>, items: Items, optional: boolean, missing: (key: string) => string): Payload {
  if (!items || items.length === 0) return new Map(all);
  const out: Payload = new Map();
  for (const { key, path, mode } of items) {
    const file = all.get(key);
    if (file) out.set(path, mode === undefined ? file : { ...file, mode });
    else if (!optional) throw new Error(missing(key));
  }
  return out;
}

export function configMapPayload(configMap: DeepReadonly<core.ConfigMap>, items: Items, optional: boolean, mode: number): Payload {
  const all = new Map([
    ...Object.entries(configMap.data ?? {}).map(([k, v]): [string, FileProjection] => [k, textFile(v, mode)]),
    ...Object.entries(configMap.binaryData ?? {}).map(([k, v]): [string, FileProjection] => [k, base64File(v, mode)]),
  ]);
  return pick(all, items, optional, (key) => `configmap references non-existent config key: ${key}`);
}

export function secretPayload(secret: DeepReadonly<core.Secret>, items: Items, optional: boolean, mode: number): Payload {
  const all = new Map(Object.entries(secret.data ?? {}).map(([k, v]): [string, FileProjection] => [k, base64File(v, mode)]));
  return pick(all, items, optional, (key) => `references non-existent secret key: ${key}`);
}

export interface DownwardInput {
  readonly pod: Pod;
  readonly allocatable: Readonly<Record<string, string>>;
  readonly hostIPs: readonly string[];
}

export function downwardPayload(items: readonly DeepReadonly<core.DownwardAPIVolumeFile>[], { pod, allocatable, hostIPs }: DownwardInput, mode: number): Payload {
  return new Map(
    items.map(({ path, fieldRef, resourceFieldRef, mode: own = mode }): [string, FileProjection] => {
      if (fieldRef) return [path, textFile(fieldValue(fieldRef.fieldPath, pod, { podIPs: [], hostIPs }), own)];
      const container = findContainer(pod, resourceFieldRef?.containerName ?? '');
      if (!resourceFieldRef || !container) throw new Error(`container ${resourceFieldRef?.containerName ?? ''} not found`);
      return [path, textFile(resourceValue(resourceFieldRef, container, allocatable), own)];
    }),
  );
}
