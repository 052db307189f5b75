/** The ConfigMaps and Secrets that a pod names. Behaves like upstream pkg/api/v1/pod VisitPodConfigmapNames and VisitPodSecretNames. */
import { allContainersOf, type Pod } from '../container/pod.ts';

export interface Reference {
  readonly kind: 'configmap' | 'secret';
  readonly namespace: string;
  readonly name: string;
}

/** Without repetitions. Pull secrets count. */
export function referencesOf(pod: Pod): readonly Reference[] {
  const { namespace } = pod.metadata;
  const found = new Map<string, Reference>();
  const add = (kind: Reference['kind'], name: string | undefined): void => {
    if (name !== undefined && name !== '') found.set(`${kind}/${name}`, { kind, namespace, name });
  };
  for (const { name } of pod.spec.imagePullSecrets ?? []) add('secret', name);
  for (const container of allContainersOf(pod)) {
    for (const { configMapRef, secretRef } of container.envFrom ?? []) {
      add('configmap', configMapRef?.name);
      add('secret', secretRef?.name);
    }
    for (const { valueFrom } of container.env ?? []) {
      add('configmap', valueFrom?.configMapKeyRef?.name);
      add('secret', valueFrom?.secretKeyRef?.name);
    }
  }
  for (const { configMap, secret, projected } of pod.spec.volumes ?? []) {
    add('configmap', configMap?.name);
    add('secret', secret?.secretName);
    for (const source of projected?.sources ?? []) {
      add('configmap', source.configMap?.name);
      add('secret', source.secret?.name);
    }
  }
  return [...found.values()];
}
