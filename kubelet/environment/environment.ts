/** A container's variables: sources, values, references between them, and services. Behaves like upstream pkg/kubelet makeEnvironmentVariables. */
import { isNotFound } from '../../apimachinery/errors.ts';
import type * as core from '../../apimachinery/types/core.gen.ts';
import type { DeepReadonly } from '../../apimachinery/types/type.ts';
import type { Container, Pod } from '../container/pod.ts';
import type { References } from '../references/references.ts';
import { expand } from './expansion.ts';
import { fieldValue, resourceValue, type PodAddresses } from './field-ref.ts';
import { serviceEnv } from './service-env.ts';

export interface EnvironmentInput extends PodAddresses {
  readonly pod: Pod;
  readonly container: Container;
  readonly services: readonly DeepReadonly<core.Service>[];
  readonly references: References;
  readonly allocatable: Readonly<Record<string, string>>;
}

type Source = DeepReadonly<core.EnvVarSource>;

/** In the order in which they were declared, services last. Throws with the text of the container's failure. */
export async function environmentOf(input: EnvironmentInput): Promise<Map<string, string>> {
  const { pod, container, services } = input;
  const fromServices = serviceEnv(services, pod.metadata.namespace, pod.spec.enableServiceLinks ?? true);
  const env = await environmentFrom(input);
  for (const { name, value, valueFrom } of container.env ?? []) {
    if (value !== undefined && value !== '') env.set(name, expand(value, (n) => env.get(n) ?? fromServices.get(n)));
    else if (!valueFrom) env.set(name, '');
    else {
      const found = await sourceValue(valueFrom, input);
      if (found !== undefined) env.set(name, found);
    }
  }
  for (const [name, value] of fromServices) if (!env.has(name)) env.set(name, value);
  return env;
}

async function environmentFrom({ pod, container, references }: EnvironmentInput): Promise<Map<string, string>> {
  const env = new Map<string, string>();
  for (const { prefix = '', configMapRef, secretRef } of container.envFrom ?? []) {
    const data = configMapRef
      ? await unlessOptional(configMapRef.optional, async () => Object.entries((await references.configMap(pod.metadata.namespace, configMapRef.name ?? '')).data ?? {}))
      : secretRef
        ? await unlessOptional(secretRef.optional, async () => Object.entries((await references.secret(pod.metadata.namespace, secretRef.name ?? '')).data ?? {}).map(([k, v]): [string, string] => [k, fromBase64(v)]))
        : [];
    for (const [key, value] of data ?? []) env.set(prefix + key, value);
  }
  return env;
}

async function unlessOptional<T>(optional: boolean | undefined, read: () => Promise<T>): Promise<T | undefined> {
  try {
    return await read();
  } catch (error) {
    if (optional === true && isNotFound(error)) return undefined;
    throw error;
  }
}

const fromBase64 = (text: string): string => new TextDecoder().decode(Uint8Array.from(atob(text), (c) => c.charCodeAt(0)));

async function sourceValue(source: Source, input: EnvironmentInput): Promise<string | undefined> {
  const { pod, container, references, allocatable } = input;
  if (source.fieldRef) return fieldValue(source.fieldRef.fieldPath, pod, input);
  if (source.resourceFieldRef) return resourceValue(source.resourceFieldRef, container, allocatable);
  const { namespace } = pod.metadata;
  if (source.configMapKeyRef) {
    const { name = '', key, optional } = source.configMapKeyRef;
    const configMap = await unlessOptional(optional, () => references.configMap(namespace, name));
    return configMap && keyOf(configMap.data?.[key], optional, `couldn't find key ${key} in ConfigMap ${namespace}/${name}`);
  }
  if (source.secretKeyRef) {
    const { name = '', key, optional } = source.secretKeyRef;
    const secret = await unlessOptional(optional, () => references.secret(namespace, name));
    const value = secret && keyOf(secret.data?.[key], optional, `couldn't find key ${key} in Secret ${namespace}/${name}`);
    return value === undefined ? undefined : fromBase64(value);
  }
  return undefined;
}

function keyOf(value: string | undefined, optional: boolean | undefined, message: string): string | undefined {
  if (value === undefined && optional !== true) throw new Error(message);
  return value;
}
