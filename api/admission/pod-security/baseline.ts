/** The checks of the level baseline, by ID. Behaves like upstream pod-security-admission/policy/check_*.go. */
import { own } from '../../../apimachinery/own.ts';
import { containersWhere, isRelaxed, named, plural, quoted, setters, sorted, valuesOf, type Annotations, type Check, type Container, type Finding, type Spec } from './check.ts';

const CAPABILITIES = new Set(['AUDIT_WRITE', 'CHOWN', 'DAC_OVERRIDE', 'FOWNER', 'FSETID', 'KILL', 'MKNOD', 'NET_BIND_SERVICE', 'SETFCAP', 'SETGID', 'SETPCAP', 'SETUID', 'SYS_CHROOT']);
const APPARMOR = 'container.apparmor.security.beta.kubernetes.io/';
const SECCOMP_POD = 'seccomp.security.alpha.kubernetes.io/pod';
const SECCOMP_CONTAINER = 'container.seccomp.security.alpha.kubernetes.io/';

/** Since which minor version a sysctl is allowed. */
const SYSCTLS: Readonly<Record<string, number>> = {
  'kernel.shm_rmid_forced': 0,
  'net.ipv4.ip_local_port_range': 0,
  'net.ipv4.tcp_syncookies': 0,
  'net.ipv4.ping_group_range': 0,
  'net.ipv4.ip_unprivileged_port_start': 0,
  'net.ipv4.ip_local_reserved_ports': 27,
  'net.ipv4.tcp_keepalive_time': 29,
  'net.ipv4.tcp_fin_timeout': 29,
  'net.ipv4.tcp_keepalive_intvl': 29,
  'net.ipv4.tcp_keepalive_probes': 29,
  'net.ipv4.tcp_rmem': 32,
  'net.ipv4.tcp_wmem': 32,
};

type ProfileType = string | null | undefined;
const isBadAppArmor = (type: ProfileType): boolean => type !== undefined && type !== null && type !== 'RuntimeDefault' && type !== 'Localhost';

function appArmor(spec: Spec, annotations: Annotations): Finding | undefined {
  const typeOf = (c: Container): ProfileType => c.securityContext?.appArmorProfile?.type;
  const podType = spec.securityContext?.appArmorProfile?.type;
  const bad = containersWhere(spec, (c) => isBadAppArmor(typeOf(c)));
  const isAllowed = (profile: string): boolean => profile === '' || profile === 'runtime/default' || profile.startsWith('localhost/');
  const forbidden = Object.entries(annotations).flatMap(([key, value]) => (key.startsWith(APPARMOR) && !isAllowed(value) ? [`${key}=${JSON.stringify(value)}`] : []));
  const types = sorted([...(isBadAppArmor(podType) ? [podType ?? ''] : []), ...valuesOf(spec, (c) => (isBadAppArmor(typeOf(c)) ? [typeOf(c) ?? ''] : []))]);
  const who = [...setters(isBadAppArmor(podType), bad), ...(forbidden.length > 0 ? [plural('annotation', forbidden.length)] : [])];
  if (who.length === 0) return undefined;
  const values = [...types, ...forbidden.sort()];
  return { reason: plural('forbidden AppArmor profile', values.length), detail: `${who.join(' and ')} must not set AppArmor profile type to ${quoted(values)}` };
}

function capabilities(spec: Spec): Finding | undefined {
  const added = (c: Container): string[] => (c.securityContext?.capabilities?.add ?? []).filter((name) => !CAPABILITIES.has(name));
  const bad = containersWhere(spec, (c) => added(c).length > 0);
  if (bad.length === 0) return undefined;
  return { reason: 'non-default capabilities', detail: `${named('container', bad)} must not include ${quoted(valuesOf(spec, added))} in securityContext.capabilities.add` };
}

function hostNamespaces(spec: Spec): Finding | undefined {
  const used = (['hostNetwork', 'hostPID', 'hostIPC'] as const).filter((field) => spec[field] === true).map((field) => `${field}=true`);
  return used.length === 0 ? undefined : { reason: 'host namespaces', detail: used.join(', ') };
}

function hostPathVolumes(spec: Spec): Finding | undefined {
  const volumes = (spec.volumes ?? []).filter((v) => v.hostPath).map((v) => v.name);
  return volumes.length === 0 ? undefined : { reason: 'hostPath volumes', detail: named('volume', volumes) };
}

function hostPorts(spec: Spec): Finding | undefined {
  const ports = (c: Container): string[] => (c.ports ?? []).flatMap((p) => (p.hostPort ? [String(p.hostPort)] : []));
  const bad = containersWhere(spec, (c) => ports(c).length > 0);
  const all = valuesOf(spec, ports);
  if (bad.length === 0) return undefined;
  return { reason: 'hostPort', detail: `${named('container', bad)} ${bad.length === 1 ? 'uses' : 'use'} ${plural('hostPort', all.length)} ${all.join(', ')}` };
}

interface Handler {
  readonly httpGet?: { readonly host?: string } | null | undefined;
  readonly tcpSocket?: { readonly host?: string } | null | undefined;
}

function probeHosts(spec: Spec): Finding | undefined {
  const hosts = (c: Container): string[] => {
    const handlers: (Handler | null | undefined)[] = [c.livenessProbe, c.readinessProbe, c.startupProbe, c.lifecycle?.postStart, c.lifecycle?.preStop];
    return handlers.flatMap((h) => [h?.httpGet?.host, h?.tcpSocket?.host]).filter((h): h is string => h !== undefined && h !== '');
  };
  const bad = sorted(containersWhere(spec, (c) => hosts(c).length > 0));
  const all = valuesOf(spec, hosts);
  if (bad.length === 0) return undefined;
  return { reason: 'probe or lifecycle host', detail: `${named('container', bad)} ${bad.length === 1 ? 'uses' : 'use'} ${plural('probe or lifecycle host', all.length)} ${quoted(all)}` };
}

function privileged(spec: Spec): Finding | undefined {
  const bad = containersWhere(spec, (c) => c.securityContext?.privileged === true);
  return bad.length === 0 ? undefined : { reason: 'privileged', detail: `${named('container', bad)} must not set securityContext.privileged=true` };
}

export function procMount(spec: Spec): Finding | undefined {
  const other = (c: Container): string[] => {
    const mount = c.securityContext?.procMount;
    return mount === undefined || mount === null || mount === 'Default' ? [] : [mount];
  };
  const bad = containersWhere(spec, (c) => other(c).length > 0);
  return bad.length === 0 ? undefined : { reason: 'procMount', detail: `${named('container', bad)} must not set securityContext.procMount to ${quoted(valuesOf(spec, other))}` };
}

type SELinux = { readonly type?: string; readonly user?: string; readonly role?: string } | null | undefined;

function seLinuxOptions(spec: Spec, _annotations: Annotations, minor: number): Finding | undefined {
  const allowed = new Set(['', 'container_t', 'container_init_t', 'container_kvm_t', ...(minor >= 31 ? ['container_engine_t'] : [])]);
  const isBad = (o: SELinux): boolean => !!o && (!allowed.has(o.type ?? '') || !!o.user || !!o.role);
  const optionsOf = (c: Container): SELinux => c.securityContext?.seLinuxOptions;
  const pod = spec.securityContext?.seLinuxOptions;
  const who = setters(isBad(pod), containersWhere(spec, (c) => isBad(optionsOf(c))));
  if (who.length === 0) return undefined;
  const badType = (o: SELinux): string[] => (o && !allowed.has(o.type ?? '') ? [o.type ?? ''] : []);
  const types = sorted([...badType(pod), ...valuesOf(spec, (c) => badType(optionsOf(c)))]);
  const sets = (field: 'user' | 'role'): boolean => !!pod?.[field] || containersWhere(spec, (c) => !!optionsOf(c)?.[field]).length > 0;
  const data = [...(types.length > 0 ? [named('type', types)] : []), ...(sets('user') ? ['user may not be set'] : []), ...(sets('role') ? ['role may not be set'] : [])];
  return { reason: 'seLinuxOptions', detail: `${who.join(' and ')} set forbidden securityContext.seLinuxOptions: ${data.join('; ')}` };
}

export const isGoodSeccomp = (type: ProfileType): boolean => type === 'Localhost' || type === 'RuntimeDefault';

/** Explicit profiles that are not allowed, and who set them. */
export function badSeccomp(spec: Spec): Finding | undefined {
  const isBad = (profile: { readonly type: string } | null | undefined): boolean => !!profile && !isGoodSeccomp(profile.type);
  const pod = spec.securityContext?.seccompProfile;
  const who = setters(isBad(pod), containersWhere(spec, (c) => isBad(c.securityContext?.seccompProfile)));
  if (who.length === 0) return undefined;
  const types = sorted([...(isBad(pod) ? [pod?.type ?? ''] : []), ...valuesOf(spec, (c) => (isBad(c.securityContext?.seccompProfile) ? [c.securityContext?.seccompProfile?.type ?? ''] : []))]);
  return { reason: 'seccompProfile', detail: `${who.join(' and ')} must not set securityContext.seccompProfile.type to ${quoted(types)}` };
}

function seccomp(spec: Spec, annotations: Annotations, minor: number): Finding | undefined {
  if (minor >= 19) return badSeccomp(spec);
  const isAllowed = (value: string): boolean => value === 'runtime/default' || value === 'docker/default' || value.startsWith('localhost/');
  const keys = [SECCOMP_POD, ...containersWhere(spec, () => true).map((name) => SECCOMP_CONTAINER + name)];
  const bad = sorted(keys.flatMap((key) => (annotations[key] !== undefined && !isAllowed(annotations[key]) ? [`${key}=${JSON.stringify(annotations[key])}`] : [])));
  return bad.length === 0 ? undefined : { reason: 'seccompProfile', detail: `forbidden ${plural('annotation', bad.length)} ${bad.join(', ')}` };
}

function sysctls(spec: Spec, _annotations: Annotations, minor: number): Finding | undefined {
  const bad = (spec.securityContext?.sysctls ?? []).map((s) => s.name).filter((name) => (own(SYSCTLS, name) ?? Number.POSITIVE_INFINITY) > minor);
  return bad.length === 0 ? undefined : { reason: 'forbidden sysctls', detail: bad.join(', ') };
}

function windowsHostProcess(spec: Spec): Finding | undefined {
  const bad = containersWhere(spec, (c) => c.securityContext?.windowsOptions?.hostProcess === true);
  const who = setters(spec.securityContext?.windowsOptions?.hostProcess === true, bad);
  return who.length === 0 ? undefined : { reason: 'hostProcess', detail: `${who.join(' and ')} must not set securityContext.windowsOptions.hostProcess=true` };
}

/** Sorted by ID, which is the order of messages. */
export const BASELINE: readonly Check[] = [
  { id: 'appArmorProfile', since: 0, find: appArmor },
  { id: 'capabilities_baseline', since: 0, find: capabilities },
  { id: 'hostNamespaces', since: 0, find: hostNamespaces },
  { id: 'hostPathVolumes', since: 0, find: hostPathVolumes },
  { id: 'hostPorts', since: 0, find: hostPorts },
  { id: 'hostProbesAndHostLifecycle', since: 34, find: probeHosts },
  { id: 'privileged', since: 0, find: privileged },
  { id: 'procMount', since: 0, find: (spec, _annotations, minor) => (isRelaxed(spec, minor) ? undefined : procMount(spec)) },
  { id: 'seLinuxOptions', since: 0, find: seLinuxOptions },
  { id: 'seccompProfile_baseline', since: 0, find: seccomp },
  { id: 'sysctls', since: 0, find: sysctls },
  { id: 'windowsHostProcess', since: 0, find: windowsHostProcess },
];
