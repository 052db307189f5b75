/** What is allowed in a pod, but hardly meant. Behaves like upstream pkg/api/pod/warnings.go. */
import { goQuote } from '../../../apimachinery/go-text.ts';
import { located, NOTHING, Path } from '../../../apimachinery/validation/field.ts';
import type {
  HostAlias,
  LocalObjectReference,
  NodeAffinity,
  Pod,
  PodAffinity,
  PodAffinityTerm,
  PodSpec,
  PodTemplateSpec,
  ResourceRequirements,
  Volume,
} from '../../../apimachinery/types/core.gen.ts';
import type { ObjectMeta } from '../../../apimachinery/types/meta.gen.ts';
import { semanticEqual } from '../equality.ts';
import { APPARMOR_PREFIX, hasPrefix, SECCOMP_POD, SECCOMP_PREFIX } from '../pods/annotations.ts';
import { appArmorFieldOf } from '../pods/apparmor.ts';
import { visitContainers, type AnyContainer } from '../pods/containers.ts';
import { envWarnings, portWarnings } from './containers.ts';
import { fractionWarning } from './fraction.ts';
import { ipWarnings } from './ip.ts';
import { deprecatedLabel, termWarnings } from './node-labels.ts';
import { claimWarnings } from './persistentvolumeclaim.ts';
import { overlapWarnings } from './volume-overlap.ts';

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

/** Of a kind that is never warned of. */
const isCommon = (v: Volume): boolean => Boolean(v.projected ?? v.configMap ?? v.secret ?? v.emptyDir ?? v.hostPath) && hasTwoFields(v);

function hasTwoFields(v: Volume): boolean {
  let count = 0;
  for (const _field in v) count++;
  return count === 2;
}

type Annotations = NonNullable<ObjectMeta['annotations']>;

function scheduling({ affinity, nodeSelector, topologySpreadConstraints }: PodSpec, path: Path, told: string[]): void {
  for (const key in nodeSelector) if (deprecatedLabel(key)) told.push(`${path.child('nodeSelector').key(key)}: ${deprecatedLabel(key)}`);
  if (affinity?.nodeAffinity) nodeAffinity(affinity.nodeAffinity, path.child('affinity', 'nodeAffinity'), told);
  topologySpreadConstraints?.forEach((t, i) => {
    const at = path.child('topologySpreadConstraints').index(i);
    const text = deprecatedLabel(t.topologyKey);
    if (text) told.push(`${at.child('topologyKey')}: ${t.topologyKey} is ${text}`);
    if (!t.labelSelector) told.push(`${at.child('labelSelector')}: ${NULL_SELECTOR}`);
  });
}

function nodeAffinity(a: NodeAffinity, path: Path, told: string[]): void {
  const [wanted, preferred] = [path.child('requiredDuringSchedulingIgnoredDuringExecution'), path.child('preferredDuringSchedulingIgnoredDuringExecution')];
  a.requiredDuringSchedulingIgnoredDuringExecution?.nodeSelectorTerms?.forEach((t, i) =>
    told.push(...termWarnings(t, String(wanted.child('nodeSelectorTerms').index(i)))),
  );
  a.preferredDuringSchedulingIgnoredDuringExecution?.forEach((t, i) =>
    told.push(...termWarnings(t.preference, String(preferred.index(i).child('preference')), true)),
  );
}

function deprecatedAnnotations(annotations: Annotations, path: Path, told: string[]): void {
  for (const key in ANNOTATIONS) if (annotations[key] !== undefined) told.push(`${path.key(key)}: ${ANNOTATIONS[key]}`);
}

function volume(v: Volume, path: Path, told: string[]): void {
  if (isCommon(v)) return;
  for (const [field, printed, text] of VOLUMES) if (v[field] !== undefined) told.push(`${path.child(printed)}: ${text}`);
  const claim = v.ephemeral?.volumeClaimTemplate;
  if (claim) told.push(...claimWarnings(String(path.child('ephemeral', 'volumeClaimTemplate', 'spec')), claim.spec));
}

function repeated(values: readonly string[], what: (i: number, value: string) => string): readonly string[] {
  return values.flatMap((v, i) => (values.indexOf(v) < i ? [what(i, v)] : []));
}

function hostAliases(list: readonly HostAlias[], path: Path, told: string[]): void {
  const addresses = list.map((h) => h.ip);
  told.push(...repeated(addresses, (i, ip) => `${path.index(i).child('ip')}: duplicate ip ${goQuote(ip)}`));
}

function pullSecrets(list: readonly LocalObjectReference[], path: Path, told: string[]): void {
  const names = list.map((s) => s.name ?? '');
  told.push(...repeated(names, (i, name) => `${path.index(i).child('name')}: duplicate name ${goQuote(name)}`));
  names.forEach((name, i) => {
    if (name === '') told.push(`${path.index(i).child('name')}: invalid empty name ""`);
  });
}

const USE_SECCOMP = 'non-functional in v1.27+; use the "seccompProfile" field instead';
const USE_APPARMOR = 'deprecated since v1.30; use the "appArmorProfile" field instead';

/** Annotations that speak of a container, whose profile has a field now. */
function containerAnnotations(c: AnyContainer, { spec, isTemplate }: Subject, annotations: Annotations, path: Path, told: string[]): void {
  const [seccomp, appArmor] = [`${SECCOMP_PREFIX}${c.name}`, `${APPARMOR_PREFIX}${c.name}`];
  const profile = annotations[appArmor];
  const ofPod = spec.securityContext?.appArmorProfile;
  if (!c.securityContext?.seccompProfile && annotations[seccomp] !== undefined) told.push(`${path.key(seccomp)}: ${USE_SECCOMP}`);
  const saysMore = profile !== undefined && !c.securityContext?.appArmorProfile && !(ofPod && semanticEqual(ofPod, appArmorFieldOf(profile)));
  if (isTemplate && saysMore) told.push(`${path.key(appArmor)}: ${USE_APPARMOR}`);
}

function fractions({ limits, requests }: ResourceRequirements, path: Path, told: string[]): void {
  const [ofLimits, ofRequests] = [path.child('limits'), path.child('requests')];
  fractionWarning(limits, 'memory', ofLimits, told);
  fractionWarning(requests, 'memory', ofRequests, told);
  fractionWarning(limits, 'ephemeral-storage', ofLimits, told);
  fractionWarning(requests, 'ephemeral-storage', ofRequests, told);
}

function containers(subject: Subject, path: Path, told: string[]): void {
  const { annotations } = subject.metadata;
  const speaksOfContainers = hasPrefix(annotations, SECCOMP_PREFIX) || hasPrefix(annotations, APPARMOR_PREFIX);
  visitContainers(subject.spec, (c, field, i) => {
    const at = path.child('spec', field).index(i);
    if (annotations && speaksOfContainers) containerAnnotations(c, subject, annotations, path.child('metadata', 'annotations'), told);
    if (c.resources) fractions(c.resources, at.child('resources'), told);
    if (c.env) envWarnings(c.env, at, told);
  });
}

function podAffinity(side: PodAffinity, path: Path, told: string[]): void {
  const term = (t: PodAffinityTerm, at: Path): void => {
    if (!t.labelSelector) told.push(`${at.child('labelSelector')}: ${NULL_SELECTOR}`);
  };
  const [wanted, preferred] = [path.child('requiredDuringSchedulingIgnoredDuringExecution'), path.child('preferredDuringSchedulingIgnoredDuringExecution')];
  side.requiredDuringSchedulingIgnoredDuringExecution?.forEach((t, i) => term(t, wanted.index(i)));
  side.preferredDuringSchedulingIgnoredDuringExecution?.forEach((w, i) => term(w.podAffinityTerm, preferred.index(i).child('podAffinityTerm')));
}

interface Subject {
  readonly metadata: Pick<ObjectMeta, 'annotations'>;
  readonly spec: PodSpec;
  readonly isTemplate: boolean;
}

function warnings(subject: Subject, path: Path): readonly string[] {
  const { spec, metadata: { annotations } } = subject;
  const told: string[] = [];
  const at = path.child('spec');
  scheduling(spec, at, told);
  if (annotations) deprecatedAnnotations(annotations, path.child('metadata', 'annotations'), told);
  spec.volumes?.forEach((v, i) => volume(v, at.child('volumes').index(i), told));
  if (spec.volumes) overlapWarnings(spec.volumes, told);
  if (spec.hostAliases) hostAliases(spec.hostAliases, at.child('hostAliases'), told);
  if (spec.imagePullSecrets) pullSecrets(spec.imagePullSecrets, at.child('imagePullSecrets'), told);
  fractionWarning(spec.overhead, 'memory', at.child('overhead'), told);
  fractionWarning(spec.overhead, 'ephemeral-storage', at.child('overhead'), told);
  if (annotations?.[SECCOMP_POD] !== undefined && !spec.securityContext?.seccompProfile)
    told.push(`${path.child('metadata', 'annotations').key(SECCOMP_POD)}: ${USE_SECCOMP}`);
  containers(subject, path, told);
  portWarnings(spec, at, told);
  if ((spec.terminationGracePeriodSeconds ?? 0) < 0)
    told.push(`${at.child('terminationGracePeriodSeconds')}: must be >= 0; negative values are invalid and will be treated as 1`);
  if (spec.affinity?.podAffinity) podAffinity(spec.affinity.podAffinity, at.child('affinity', 'podAffinity'), told);
  if (spec.affinity?.podAntiAffinity) podAffinity(spec.affinity.podAntiAffinity, at.child('affinity', 'podAntiAffinity'), told);
  spec.dnsConfig?.nameservers?.forEach((ns, i) => told.push(...ipWarnings(String(at.child('dnsConfig', 'nameservers').index(i)), ns)));
  spec.hostAliases?.forEach((h, i) => told.push(...ipWarnings(String(at.child('hostAliases').index(i).child('ip')), h.ip)));
  return told;
}

export const podWarnings = ({ metadata, spec }: Pod): readonly string[] =>
  located(Path.ROOT, (path) => warnings({ metadata, spec, isTemplate: false }, path));

export function templateWarnings(
  template: PodTemplateSpec | undefined | null,
  _old?: PodTemplateSpec | null,
  path = 'spec.template',
): readonly string[] {
  if (!template) return NOTHING;
  const subject = { metadata: template.metadata ?? {}, spec: template.spec, isTemplate: true };
  return located(Path.of(path), (at) => warnings(subject, at));
}
