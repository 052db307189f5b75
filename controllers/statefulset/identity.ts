/** Ordinals, names and claims of a StatefulSet's pods. Pure. Behaves like upstream pkg/controller/statefulset/stateful_set_utils.go. */
import * as apps from '../../apimachinery/types/apps.gen.ts';
import type * as core from '../../apimachinery/types/core.gen.ts';
import type { DeepReadonly, Draft } from '../../apimachinery/types/type.ts';
import { HASH_LABEL } from '../history/revisions.ts';
import type { Pod } from '../pods/conditions.ts';
import { podFromTemplate, type PodTemplate } from '../pods/control.ts';

export type StatefulSet = DeepReadonly<apps.StatefulSet>;

export const POD_NAME = 'statefulset.kubernetes.io/pod-name';
export const POD_INDEX = 'apps.kubernetes.io/pod-index';

/** undefined when the name is not that of a pod of the set. */
export function ordinalOf(set: StatefulSet, pod: Pod): number | undefined {
  const match = /^(.*)-([0-9]+)$/.exec(pod.metadata.name);
  return match && match[1] === set.metadata.name ? Number(match[2]) : undefined;
}

export const startOf = (set: StatefulSet): number => set.spec.ordinals?.start ?? 0;
export const replicasOf = (set: StatefulSet): number => set.spec.replicas ?? 1;
export const isInRange = (set: StatefulSet, ordinal: number): boolean => ordinal >= startOf(set) && ordinal < startOf(set) + replicasOf(set);
export const isParallel = (set: StatefulSet): boolean => set.spec.podManagementPolicy === 'Parallel';
export const revisionOf = (pod: Pod): string => pod.metadata.labels?.[HASH_LABEL] ?? '';

export function claimName(set: StatefulSet, template: string, ordinal: number): string {
  return `${template}-${set.metadata.name}-${ordinal}`;
}

/** By the name of their template, which is the volume's. */
export function claimsOf(set: StatefulSet, ordinal: number): Map<string, Draft<core.PersistentVolumeClaim>> {
  const claims = new Map<string, Draft<core.PersistentVolumeClaim>>();
  for (const template of set.spec.volumeClaimTemplates ?? []) {
    const { name, labels, annotations } = template.metadata;
    const metadata = { name: claimName(set, name, ordinal), namespace: set.metadata.namespace, labels: { ...labels, ...set.spec.selector?.matchLabels }, ...(annotations && { annotations }) };
    claims.set(name, { metadata, spec: template.spec });
  }
  return claims;
}

type Volume = Draft<core.Volume>;

function volumesOf(set: StatefulSet, ordinal: number, others: readonly Volume[]): readonly Volume[] {
  const claims = claimsOf(set, ordinal);
  const own = [...claims].map(([name, claim]) => ({ name, persistentVolumeClaim: { claimName: claim.metadata?.name } }));
  return [...own, ...others.filter((volume) => !claims.has(volume.name ?? ''))];
}

/** The pod of `ordinal` as the template of `revision` makes it. */
export function newPod(set: StatefulSet, template: PodTemplate, revision: string, ordinal: number): Draft<core.Pod> {
  const pod = podFromTemplate(template, set, apps.StatefulSet);
  const name = `${set.metadata.name}-${ordinal}`;
  const labels = { ...pod.metadata?.labels, [POD_NAME]: name, [POD_INDEX]: String(ordinal), [HASH_LABEL]: revision };
  const volumes = volumesOf(set, ordinal, template.spec.volumes ?? []);
  return { metadata: { ...pod.metadata, name, labels }, spec: { ...template.spec, hostname: name, subdomain: set.spec.serviceName, ...(volumes.length > 0 && { volumes }) } };
}

export function identityMatches(pod: Pod): boolean {
  return pod.metadata.labels?.[POD_NAME] === pod.metadata.name;
}

export function storageMatches(set: StatefulSet, pod: Pod, ordinal: number): boolean {
  return (set.spec.volumeClaimTemplates ?? []).every(({ metadata: { name } }) => {
    const volume = pod.spec.volumes?.find((v) => v.name === name);
    return volume?.persistentVolumeClaim?.claimName === claimName(set, name, ordinal);
  });
}

/** The pod with the labels and volumes that it must have. */
export function repaired(set: StatefulSet, pod: Pod, ordinal: number): Draft<core.Pod> {
  const labels = { ...pod.metadata.labels, [POD_NAME]: pod.metadata.name, [POD_INDEX]: String(ordinal) };
  return { ...pod, metadata: { ...pod.metadata, labels }, spec: { ...pod.spec, volumes: volumesOf(set, ordinal, pod.spec.volumes ?? []) } };
}
