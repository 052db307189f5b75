/** AppArmor's annotations of old are copied to the field, while the field is not set. Behaves like upstream pkg/registry/core/pod/strategy.go (applyAppArmorVersionSkew). */
import type { AppArmorProfile, Pod } from '../../../apimachinery/types/core.gen.ts';
import { semanticEqual } from '../equality.ts';
import { APPARMOR_PREFIX, hasPrefix } from './annotations.ts';
import { visitContainers } from './containers.ts';

const LOCALHOST = 'localhost/';

/** The field that means the same as the annotation; undefined: not a profile. */
export function appArmorFieldOf(annotation: string): AppArmorProfile | undefined {
  if (annotation === 'unconfined') return { type: 'Unconfined' };
  if (annotation === 'runtime/default') return { type: 'RuntimeDefault' };
  if (!annotation.startsWith(LOCALHOST)) return undefined;
  const localhostProfile = annotation.slice(LOCALHOST.length);
  return localhostProfile === '' ? undefined : { type: 'Localhost', localhostProfile };
}

export function applyAppArmorAnnotations({ metadata: { annotations }, spec }: Pod, warnings: { add(text: string): void }): void {
  if (spec.os?.name === 'windows' || !hasPrefix(annotations, APPARMOR_PREFIX)) return;
  const podProfile = spec.securityContext?.appArmorProfile;
  visitContainers(spec, (container) => {
    const key = `${APPARMOR_PREFIX}${container.name}`;
    const annotation = annotations?.[key];
    if (annotation === undefined || container.securityContext?.appArmorProfile) return;
    const profile = usable(appArmorFieldOf(annotation));
    const differs = profile !== undefined && !semanticEqual(profile, podProfile);
    if (differs) container.securityContext = { ...container.securityContext, appArmorProfile: profile };
    if (differs || profile === undefined)
      warnings.add(`metadata.annotations[${key}]: deprecated since v1.30; use the "appArmorProfile" field instead`);
  });
}

/** What validation would refuse is not copied. */
function usable(profile: AppArmorProfile | undefined): AppArmorProfile | undefined {
  const name = profile?.localhostProfile;
  return name !== undefined && (name.trim() !== name || name.length > 4095) ? undefined : profile;
}
