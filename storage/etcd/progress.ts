/** How a watch learns that nothing more comes up to a revision. */

/**
 * Whether a member answers a progress request only when everything before the answer has been sent.
 * Behaves like upstream apiserver/pkg/storage/feature: etcd issues 15220 and 17507.
 */
export function answersProgress(version: string): boolean {
  const [major = 0, minor = 0, patch = 0] = version.split('.').map((part) => Number.parseInt(part, 10));
  if (major !== 3) return major > 3;
  if (minor === 4) return patch >= 31;
  if (minor === 5) return patch >= 13;
  return minor > 5;
}

/**
 * On members that do not, this key is written: the event of the write comes after all before it. It lies outside every Kubernetes prefix, so a
 * watch there covers the whole store and is filtered here.
 */
export const BARRIER_KEY = 'k8ts/progress';
