/** What is allowed in a pod, but hardly meant. Behaves like upstream pkg/api/pod/warnings.go. */
import { goQuote } from '../../../apimachinery/go-text.ts';
import { joined } from '../../../apimachinery/validation/field.ts';
import type { Affinity, Pod, PodAffinityTerm, PodSpec, PodTemplateSpec, Volume } from '../../../apimachinery/types/core.gen.ts';
import type { ObjectMeta } from '../../../apimachinery/types/meta.gen.ts';
import { semanticEqual } from '../equality.ts';
import { APPARMOR_PREFIX, appArmorFieldOf } from '../pods/apparmor.ts';
import { allContainers, type AnyContainer } from '../pods/containers.ts';
import { envWarnings, portNameWarnings, portWarnings } from './containers.ts';
import { fractionWarning } from './fraction.ts';
import { ipWarnings } from './ip.ts';
import { deprecatedLabel, termWarnings } from './node-labels.ts';
import { claimWarnings } from './persistentvolumeclaim.ts';
import { overlapWarnings } from './volume-overlap.ts';

const SECCOMP_POD = 'seccomp.security.alpha.kubernetes.io/pod';
const SECCOMP_CONTAINER = 'container.seccomp.security.alpha.kubernetes.io/';
const NULL_SELECTOR = 'a null labelSelector results in matching no pod';

const ANNOTATIONS: Readonly<Record<string, string>> = {
  'scheduler.alpha.kubernetes.io/critical-pod': 'non-functional in v1.16+; use the "priorityClassName" field instead',
  'security.alpha.kubernetes.io/sysctls': 'non-functional in v1.11+; use the "sysctls" field instead',
  'security.alpha.kubernetes.io/unsafe-sysctls': 'non-functional in v1.11+; use the "sysctls" field instead',
};

const VOLUMES: readonly (readonly [field: keyof Volume, printed: string, text: string])[] = [
  ['photonPersistentDisk', 'photonPersistentDisk', 'deprecated in v1.11, non-functional in v1.16+'],
  ['gitRepo', 'gitRepo', 'deprecated in v1.11, and disabled by default in v1.33+'],
  ['scaleIO', 'scaleIO', 'deprecated in v1.16, non-functional in v1.22+'],
  ['flocker', 'flocker', 'deprecated in v1.22, non-functional in v1.25+'],
  ['storageos', 'storageOS', 'deprecated in v1.22, non-functional in v1.25+'],
  ['quobyte', 'quobyte', 'deprecated in v1.22, non-functional in v1.25+'],
  ['glusterfs', 'glusterfs', 'deprecated in v1.25, non-functional in v1.26+'],
  ['cephfs', 'cephfs', 'deprecated in v1.28, non-functional in v1.31+'],
  ['rbd', 'rbd', 'deprecated in v1.28, non-functional in v1.31+'],
];

const NO_VOLUMES: readonly Volume[] = [];

/** Of a kind that is never warned of. */
const isCommon = (v: Volume): boolean =>
  Boolean(v.projected ?? v.configMap ?? v.secret ?? v.emptyDir ?? v.hostPath) && Object.keys(v).length === 2;

/** Where the pod stands: '' for a pod, `spec.template.` for a template. */
interface Place {
  readonly prefix: string;
  readonly metadata: Pick<ObjectMeta, 'annotations'>;
  readonly spec: PodSpec;
}

const NONE: readonly string[] = [];

function scheduling({ spec, prefix }: Place): readonly string[] {
  if (!spec.affinity && !spec.nodeSelector && !spec.topologySpreadConstraints) return NONE;
  const node = spec.affinity?.nodeAffinity;
  const affinity = `${prefix}spec.affinity.nodeAffinity`;
  return [
    ...Object.keys(spec.nodeSelector ?? {}).flatMap((k) =>
      deprecatedLabel(k) ? [`${prefix}spec.nodeSelector[${k}]: ${deprecatedLabel(k)}`] : [],
    ),
    ...(node?.requiredDuringSchedulingIgnoredDuringExecution?.nodeSelectorTerms ?? []).flatMap((t, i) =>
      termWarnings(t, `${affinity}.requiredDuringSchedulingIgnoredDuringExecution.nodeSelectorTerms[${i}]`),
    ),
    ...(node?.preferredDuringSchedulingIgnoredDuringExecution ?? []).flatMap((t, i) =>
      termWarnings(t.preference, `${affinity}.preferredDuringSchedulingIgnoredDuringExecution[${i}].preference`, true),
    ),
    ...(spec.topologySpreadConstraints ?? []).flatMap((t, i) => {
      const path = `${prefix}spec.topologySpreadConstraints[${i}]`;
      const text = deprecatedLabel(t.topologyKey);
      return [
        ...(text ? [`${path}.topologyKey: ${t.topologyKey} is ${text}`] : []),
        ...(t.labelSelector ? [] : [`${path}.labelSelector: ${NULL_SELECTOR}`]),
      ];
    }),
  ];
}

function deprecatedAnnotations({ metadata: { annotations }, prefix }: Place): readonly string[] {
  if (!annotations) return NONE;
  return Object.entries(ANNOTATIONS).flatMap(([key, text]) =>
    annotations[key] === undefined ? [] : [`${prefix}metadata.annotations[${key}]: ${text}`],
  );
}

function volumes({ spec, prefix }: Place): readonly string[] {
  return (spec.volumes ?? NO_VOLUMES).flatMap((v, i) => {
    if (isCommon(v)) return NONE;
    const path = `${prefix}spec.volumes[${i}]`;
    const claim = v.ephemeral?.volumeClaimTemplate;
    return [
      ...VOLUMES.flatMap(([field, printed, text]) => (v[field] === undefined ? [] : [`${path}.${printed}: ${text}`])),
      ...(claim ? claimWarnings(`${path}.ephemeral.volumeClaimTemplate.spec`, claim.spec) : []),
    ];
  });
}

function repeated(values: readonly string[], what: (i: number, value: string) => string): readonly string[] {
  return values.flatMap((v, i) => (values.indexOf(v) < i ? [what(i, v)] : []));
}

function references({ spec, prefix }: Place): readonly string[] {
  if (!spec.imagePullSecrets && !spec.hostAliases && !spec.overhead) return NONE;
  const secrets = (spec.imagePullSecrets ?? []).map((s) => s.name ?? '');
  const secret = (i: number): string => `${prefix}spec.imagePullSecrets[${i}].name`;
  return [
    ...repeated(
      (spec.hostAliases ?? []).map((h) => h.ip),
      (i, ip) => `${prefix}spec.hostAliases[${i}].ip: duplicate ip ${goQuote(ip)}`,
    ),
    ...repeated(secrets, (i, name) => `${secret(i)}: duplicate name ${goQuote(name)}`),
    ...secrets.flatMap((name, i) => (name === '' ? [`${secret(i)}: invalid empty name ""`] : [])),
    ...['memory', 'ephemeral-storage'].flatMap((name) => fractionWarning(`${prefix}spec.overhead`, spec.overhead, name)),
  ];
}

function seccompAnnotation({ spec, metadata, prefix }: Place): readonly string[] {
  const isUseless = !spec.securityContext?.seccompProfile && metadata.annotations?.[SECCOMP_POD] !== undefined;
  return isUseless
    ? [`${prefix}metadata.annotations[${SECCOMP_POD}]: non-functional in v1.27+; use the "seccompProfile" field instead`]
    : [];
}

function containerAnnotations(c: AnyContainer, { spec, metadata, prefix }: Place): readonly string[] {
  if (!metadata.annotations) return NONE;
  const [seccomp, appArmor] = [`${SECCOMP_CONTAINER}${c.name}`, `${APPARMOR_PREFIX}${c.name}`];
  const profile = metadata.annotations?.[appArmor];
  const ofPod = spec.securityContext?.appArmorProfile;
  const saysMore =
    profile !== undefined && !c.securityContext?.appArmorProfile && !(ofPod && semanticEqual(ofPod, appArmorFieldOf(profile)));
  return joined(
    !c.securityContext?.seccompProfile && metadata.annotations?.[seccomp] !== undefined
      ? [`${prefix}metadata.annotations[${seccomp}]: non-functional in v1.27+; use the "seccompProfile" field instead`]
      : [],
    prefix !== '' && saysMore
      ? [`${prefix}metadata.annotations[${appArmor}]: deprecated since v1.30; use the "appArmorProfile" field instead`]
      : [],
  );
}

function fractions({ resources }: AnyContainer, at: string): readonly string[] {
  if (!resources?.limits && !resources?.requests) return NONE;
  const of = (list: 'limits' | 'requests', name: string): readonly string[] => fractionWarning(`${at}.resources.${list}`, resources[list], name);
  return joined(of('limits', 'memory'), of('requests', 'memory'), of('limits', 'ephemeral-storage'), of('requests', 'ephemeral-storage'));
}

function containers(place: Place): readonly string[] {
  return allContainers(place.spec).flatMap(({ container: c, path }) => {
    const at = `${place.prefix}spec.${path}`;
    return joined(containerAnnotations(c, place), fractions(c, at), envWarnings(c.env, at));
  });
}

function affinityTerms(affinity: Affinity | undefined, prefix: string): readonly string[] {
  if (!affinity?.podAffinity && !affinity?.podAntiAffinity) return NONE;
  const term = (t: PodAffinityTerm, path: string): readonly string[] =>
    t.labelSelector ? [] : [`${path}.labelSelector: ${NULL_SELECTOR}`];
  return (['podAffinity', 'podAntiAffinity'] as const).flatMap((side) => {
    const path = `${prefix}spec.affinity.${side}`;
    return [
      ...(affinity?.[side]?.requiredDuringSchedulingIgnoredDuringExecution ?? []).flatMap((t, i) =>
        term(t, `${path}.requiredDuringSchedulingIgnoredDuringExecution[${i}]`),
      ),
      ...(affinity?.[side]?.preferredDuringSchedulingIgnoredDuringExecution ?? []).flatMap((w, i) =>
        term(w.podAffinityTerm, `${path}.preferredDuringSchedulingIgnoredDuringExecution[${i}].podAffinityTerm`),
      ),
    ];
  });
}

function warnings(place: Place): readonly string[] {
  const { spec, prefix } = place;
  return joined(
    scheduling(place),
    deprecatedAnnotations(place),
    volumes(place),
    overlapWarnings(spec.volumes),
    references(place),
    seccompAnnotation(place),
    containers(place),
    portWarnings(spec, `${prefix}spec`),
    portNameWarnings(spec, `${prefix}spec`),
    (spec.terminationGracePeriodSeconds ?? 0) < 0
      ? [`${prefix}spec.terminationGracePeriodSeconds: must be >= 0; negative values are invalid and will be treated as 1`]
      : [],
    affinityTerms(spec.affinity, prefix),
    (spec.dnsConfig?.nameservers ?? []).flatMap((ns, i) => ipWarnings(`${prefix}spec.dnsConfig.nameservers[${i}]`, ns)),
    (spec.hostAliases ?? []).flatMap((h, i) => ipWarnings(`${prefix}spec.hostAliases[${i}].ip`, h.ip)),
  );
}

export const podWarnings = ({ metadata, spec }: Pod): readonly string[] => warnings({ prefix: '', metadata, spec });

export function templateWarnings(
  template: PodTemplateSpec | undefined | null,
  _old?: PodTemplateSpec | null,
  path = 'spec.template',
): readonly string[] {
  return template ? warnings({ prefix: `${path}.`, metadata: template.metadata ?? {}, spec: template.spec }) : [];
}
