/** The checks of the level restricted, by ID. Behaves like upstream pod-security-admission/policy/check_*.go. */
import type * as core from '../../../apimachinery/types/core.gen.ts';
import { badSeccomp, isGoodSeccomp, procMount } from './baseline.ts';
import { containersWhere, isRelaxed, isWindows, named, plural, quoted, setters, sorted, valuesOf, type Annotations, type Check, type Container, type Finding, type Spec } from './check.ts';

const VOLUMES = new Set(['configMap', 'csi', 'downwardAPI', 'emptyDir', 'ephemeral', 'image', 'persistentVolumeClaim', 'projected', 'secret']);

function allowPrivilegeEscalation(spec: Spec, _annotations: Annotations, minor: number): Finding | undefined {
  if (minor >= 25 && isWindows(spec)) return undefined;
  const bad = containersWhere(spec, (c) => c.securityContext?.allowPrivilegeEscalation !== false);
  return bad.length === 0 ? undefined : { reason: 'allowPrivilegeEscalation != false', detail: `${named('container', bad)} must set securityContext.allowPrivilegeEscalation=false` };
}

function capabilities(spec: Spec, _annotations: Annotations, minor: number): Finding | undefined {
  if (minor >= 25 && isWindows(spec)) return undefined;
  const keeping = containersWhere(spec, (c) => !(c.securityContext?.capabilities?.drop ?? []).includes('ALL'));
  const added = (c: Container): string[] => (c.securityContext?.capabilities?.add ?? []).filter((name) => name !== 'NET_BIND_SERVICE');
  const adding = containersWhere(spec, (c) => added(c).length > 0);
  const details = [
    ...(keeping.length > 0 ? [`${named('container', keeping)} must set securityContext.capabilities.drop=["ALL"]`] : []),
    ...(adding.length > 0 ? [`${named('container', adding)} must not include ${quoted(valuesOf(spec, added))} in securityContext.capabilities.add`] : []),
  ];
  return details.length === 0 ? undefined : { reason: 'unrestricted capabilities', detail: details.join('; ') };
}

function restrictedVolumes(spec: Spec): Finding | undefined {
  const typeOf = (volume: object): string | undefined => Object.keys(volume).find((field) => field !== 'name' && volume[field as keyof typeof volume] !== null);
  const bad = ((spec.volumes ?? []) as readonly core.Volume[]).filter((v) => !VOLUMES.has(typeOf(v) ?? ''));
  if (bad.length === 0) return undefined;
  const types = sorted(bad.map((v) => typeOf(v) ?? 'unknown'));
  const names = bad.map((v) => v.name);
  return { reason: 'restricted volume types', detail: `${named('volume', names)} ${names.length === 1 ? 'uses' : 'use'} ${plural('restricted volume type', types.length)} ${quoted(types)}` };
}

function runAsNonRoot(spec: Spec, _annotations: Annotations, minor: number): Finding | undefined {
  if (isRelaxed(spec, minor)) return undefined;
  const reason = 'runAsNonRoot != true';
  const pod = spec.securityContext?.runAsNonRoot;
  const who = setters(pod === false, containersWhere(spec, (c) => c.securityContext?.runAsNonRoot === false));
  if (who.length > 0) return { reason, detail: `${who.join(' and ')} must not set securityContext.runAsNonRoot=false` };
  const silent = pod === true ? [] : containersWhere(spec, (c) => typeof c.securityContext?.runAsNonRoot !== 'boolean');
  return silent.length === 0 ? undefined : { reason, detail: `pod or ${named('container', silent)} must set securityContext.runAsNonRoot=true` };
}

function runAsUser(spec: Spec, _annotations: Annotations, minor: number): Finding | undefined {
  if (isRelaxed(spec, minor)) return undefined;
  const who = setters(spec.securityContext?.runAsUser === 0, containersWhere(spec, (c) => c.securityContext?.runAsUser === 0));
  return who.length === 0 ? undefined : { reason: 'runAsUser=0', detail: `${who.join(' and ')} must not set runAsUser=0` };
}

function seccomp(spec: Spec, _annotations: Annotations, minor: number): Finding | undefined {
  if (minor >= 25 && isWindows(spec)) return undefined;
  const explicit = badSeccomp(spec);
  if (explicit) return explicit;
  const silent = isGoodSeccomp(spec.securityContext?.seccompProfile?.type) ? [] : containersWhere(spec, (c) => !c.securityContext?.seccompProfile);
  return silent.length === 0 ? undefined : { reason: 'seccompProfile', detail: `pod or ${named('container', silent)} must set securityContext.seccompProfile.type to "RuntimeDefault" or "Localhost"` };
}

/** Sorted by ID, which is the order of messages. */
export const RESTRICTED: readonly Check[] = [
  { id: 'allowPrivilegeEscalation', since: 8, find: allowPrivilegeEscalation },
  { id: 'capabilities_restricted', since: 22, overrides: ['capabilities_baseline'], find: capabilities },
  { id: 'procMount_restricted', since: 35, overrides: ['procMount'], find: procMount },
  { id: 'restrictedVolumes', since: 0, overrides: ['hostPathVolumes'], find: restrictedVolumes },
  { id: 'runAsNonRoot', since: 0, find: runAsNonRoot },
  { id: 'runAsUser', since: 23, find: runAsUser },
  { id: 'seccompProfile_restricted', since: 19, overrides: ['seccompProfile_baseline'], find: seccomp },
];
