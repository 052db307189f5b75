/** AppArmor's annotations of old are copied to the field, while the field is not set. Behaves like upstream pkg/registry/core/pod/strategy.go (applyAppArmorVersionSkew). */
import type { AppArmorProfile, Pod } from '../../../apimachinery/types/core.gen.ts';
import { semanticEqual } from '../equality.ts';
import { allContainers } from './containers.ts';

export const APPARMOR_PREFIX = 'container.apparmor.security.beta.kubernetes.io/';
const LOCALHOST = 'localhost/';

/** The field that means the same as the annotation; undefined: not a profile. */
export function appArmorFieldOf(annotation: string): AppArmorProfile | undefined {
  if (annotation === 'unconfined') return { type: 'Unconfined' };
  if (annotation === 'runtime/default') return { type: 'RuntimeDefault' };
  if (!annotation.startsWith(LOCALHOST)) return undefined;
  const localhostProfile = annotation.slice(LOCALHOST.length);
  return localhostProfile === '' ? undefined : { type: 'Localhost', localhostProfile };
}

export function applyAppArmorAnnotations(pod: Pod, warn: (text: string) => void): void {
  if (pod.spec.os?.name === 'windows') return;
  const podProfile = pod.spec.securityContext?.appArmorProfile;
  for (const { container } of allContainers(pod.spec)) {
    const key = `${APPARMOR_PREFIX}${container.name}`;
    const annotation = pod.metadata.annotations?.[key];
    if (annotation === undefined || container.securityContext?.appArmorProfile) continue;
    const profile = usable(appArmorFieldOf(annotation));
    const differs = profile !== undefined && !semanticEqual(profile, podProfile);
    if (differs) container.securityContext = { ...container.securityContext, appArmorProfile: profile };
    if (differs || profile === undefined)
      warn(`metadata.annotations[${key}]: deprecated since v1.30; use the "appArmorProfile" field instead`);
  }
}

/** What validation would refuse is not copied. */
function usable(profile: AppArmorProfile | undefined): AppArmorProfile | undefined {
  const name = profile?.localhostProfile;
  return name !== undefined && (name.trim() !== name || name.length > 4095) ? undefined : profile;
}
