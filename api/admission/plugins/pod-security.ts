/** Pods keep the standard that their namespace asks for. Behaves like upstream plugin/pkg/admission/security/podsecurity and pod-security-admission/admission. */
import { newForbidden, newInternalError, newInvalid } from '../../../apimachinery/errors.ts';
import { groupResourceText, type GroupResource } from '../../../apimachinery/meta.ts';
import * as core from '../../../apimachinery/types/core.gen.ts';
import type { DeepReadonly } from '../../../apimachinery/types/type.ts';
import type { CachedReader } from '../../../registry/generic/context.ts';
import type { AdmissionDeps, AdmissionPlugin, Attributes } from '../interface.ts';
import { eachContainer } from '../pods.ts';
import { existingPodWarnings } from '../pod-security/existing-pods.ts';
import { DEFAULT_POLICY, detailText, findings, isSameLevel, isStricter, levelText, policyOf, type LevelVersion, type Policy } from '../pod-security/policy.ts';

type Pod = DeepReadonly<core.Pod>;
type Template = DeepReadonly<core.PodTemplateSpec>;

const IGNORED_SUBRESOURCES = new Set(['exec', 'attach', 'binding', 'eviction', 'log', 'portforward', 'proxy', 'status']);

/** Where the pod template of a controller stands. */
const TEMPLATES: Readonly<Record<string, readonly string[]>> = {
  podtemplates: ['template'],
  replicationcontrollers: ['spec', 'template'],
  'replicasets.apps': ['spec', 'template'],
  'deployments.apps': ['spec', 'template'],
  'daemonsets.apps': ['spec', 'template'],
  'statefulsets.apps': ['spec', 'template'],
  'jobs.batch': ['spec', 'template'],
  'cronjobs.batch': ['spec', 'jobTemplate', 'spec', 'template'],
};

export default {
  name: 'PodSecurity',
  handles: (operation) => operation === 'CREATE' || operation === 'UPDATE',
  concerns({ resource, subresource }) {
    if (isPods(resource)) return !IGNORED_SUBRESOURCES.has(subresource);
    return subresource === '' && (isNamespaces(resource) || templateIn(resource) !== undefined);
  },
  init(deps) {
    const standards = new Standards(deps, configurationOf(deps.configuration('PodSecurity')));
    return {
      validate(a) {
        if (isPods(a.resource)) return validatePod(a, standards);
        return isNamespaces(a.resource) ? validateNamespace(a, deps, standards.config) : validateTemplate(a, standards);
      },
    };
  },
} satisfies AdmissionPlugin;

const isPods = ({ group, resource }: GroupResource): boolean => group === '' && resource === 'pods';
const isNamespaces = ({ group, resource }: GroupResource): boolean => group === '' && resource === 'namespaces';
const templateIn = (resource: GroupResource): readonly string[] | undefined => TEMPLATES[groupResourceText(resource)];

interface Configuration {
  readonly defaults: Policy;
  readonly exemptions: { readonly usernames?: readonly string[]; readonly runtimeClasses?: readonly string[]; readonly namespaces?: readonly string[] };
}

/** PodSecurityConfiguration; its defaults have the form of the labels. */
function configurationOf(given: unknown): Configuration {
  const { defaults = {}, exemptions = {} } = (given ?? {}) as { defaults?: Record<string, string>; exemptions?: Configuration['exemptions'] };
  const labels = Object.fromEntries(Object.entries(defaults).map(([key, value]) => [`pod-security.kubernetes.io/${key}`, value]));
  return { defaults: policyOf(labels, DEFAULT_POLICY).policy, exemptions };
}

function validateNamespace(a: Attributes, { stores }: AdmissionDeps, { defaults, exemptions }: Configuration): void {
  if (!a.object) return;
  const { policy, errors } = policyOf(a.object.metadata.labels, defaults);
  const old = a.oldObject && policyOf(a.oldObject.metadata.labels, defaults);
  const isNews = !old || old.errors.length === 0 || JSON.stringify(old.errors) !== JSON.stringify(errors);
  if (errors.length > 0 && isNews) throw newInvalid(a.kind.group, a.kind.kind, a.name, errors);
  if (!old || isLooserOrSame(policy.enforce, old.policy.enforce) || (exemptions.namespaces ?? []).includes(a.name)) return;
  for (const text of existingPodWarnings(a.name, stores.cached(core.Pod).list(a.name), policy.enforce)) a.ctx.warnings.add(text);
}

function isLooserOrSame(next: LevelVersion, old: LevelVersion): boolean {
  return isSameLevel(next, old) || next.level === 'privileged' || (next.version === old.version && !isStricter(next.level, old.level));
}

/** What namespaces ask for. */
class Standards {
  readonly config: Configuration;
  readonly #namespaces: CachedReader<core.Namespace>;
  /** Labels are read once for each version of a namespace. */
  readonly #known = new WeakMap<DeepReadonly<core.Namespace>, Policy>();

  constructor({ stores }: AdmissionDeps, config: Configuration) {
    this.config = config;
    this.#namespaces = stores.cached(core.Namespace);
  }

  /** Undefined: whatever is written is exempt. */
  for(a: Attributes): Policy | undefined {
    const { exemptions } = this.config;
    if (exemptions.namespaces?.includes(a.namespace) || exemptions.usernames?.includes(a.user.name)) return undefined;
    const namespace = this.#namespaces.get({ namespace: '', name: a.namespace });
    if (!namespace) throw newInternalError(`failed to lookup namespace ${JSON.stringify(a.namespace)}`);
    let policy = this.#known.get(namespace);
    if (!policy) this.#known.set(namespace, (policy = policyOf(namespace.metadata.labels, this.config.defaults).policy));
    return policy;
  }
}

function isExempt(spec: DeepReadonly<core.PodSpec>, { exemptions }: Configuration): boolean {
  return !!spec.runtimeClassName && (exemptions.runtimeClasses ?? []).includes(spec.runtimeClassName);
}

function validatePod(a: Attributes, standards: Standards): void {
  if (!a.object) return;
  const policy = standards.for(a);
  const { metadata, spec } = a.object as unknown as Pod;
  if (!policy || isExempt(spec, standards.config) || (a.oldObject && !changesImages(spec, (a.oldObject as unknown as Pod).spec))) return;
  const found = findings(policy.enforce, spec, metadata.annotations ?? {});
  if (found.length > 0) {
    throw newForbidden({ group: a.resource.group, resource: a.resource.resource }, a.name || metadata.name, `violates PodSecurity ${JSON.stringify(levelText(policy.enforce))}: ${detailText(found)}`);
  }
  warn(a, policy.warn, { metadata, spec });
}

function validateTemplate(a: Attributes, standards: Standards): void {
  const policy = standards.for(a);
  const template = (templateIn(a.resource) ?? []).reduce<unknown>((value, field) => (value as Record<string, unknown> | undefined)?.[field], a.object) as Template | undefined;
  if (policy && template?.spec && !isExempt(template.spec, standards.config)) warn(a, policy.warn, template);
}

function warn(a: Attributes, level: LevelVersion, { metadata, spec }: Template): void {
  const found = spec ? findings(level, spec, metadata?.annotations ?? {}) : [];
  if (found.length > 0) a.ctx.warnings.add(`would violate PodSecurity ${JSON.stringify(levelText(level))}: ${detailText(found)}`);
}

/** All that matters of what an update of a pod may change. */
function changesImages(spec: DeepReadonly<core.PodSpec>, old: DeepReadonly<core.PodSpec>): boolean {
  const images = new Map(eachContainer(old).map(({ list, container }) => [`${list}/${container.name}`, container.image]));
  const now = eachContainer(spec);
  return now.length !== images.size || now.some(({ list, container }) => images.get(`${list}/${container.name}`) !== container.image);
}
