/** Annotations from before the security profiles of pods and containers had fields. Behaves like upstream pkg/apis/core/annotation_key_constants.go. */
export type Annotations = Readonly<Record<string, string>> | undefined;

export const SECCOMP_POD = 'seccomp.security.alpha.kubernetes.io/pod';
/** Goes on with a container's name. */
export const SECCOMP_PREFIX = 'container.seccomp.security.alpha.kubernetes.io/';
/** Goes on with a container's name. */
export const APPARMOR_PREFIX = 'container.apparmor.security.beta.kubernetes.io/';

/** Whether any container has an annotation with this prefix: hardly a pod has one. */
export function hasPrefix(annotations: Annotations, prefix: string): boolean {
  for (const key in annotations) if (key.startsWith(prefix)) return true;
  return false;
}
