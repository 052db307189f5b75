/** Whether containers, pods and claims keep a limit range, and its defaults. Pure. Behaves like upstream plugin/pkg/admission/limitranger. */
import { parseQuantity, type Quantity } from '../../apimachinery/quantity.ts';
import { podLimits, podRequests } from '../../apimachinery/quota/pod-resources.ts';
import { parseResourceList, type ResourceList } from '../../apimachinery/quota/resource-list.ts';
import type * as core from '../../apimachinery/types/core.gen.ts';
import type { DeepReadonly } from '../../apimachinery/types/type.ts';

type Item = DeepReadonly<core.LimitRangeItem>;
type LimitRange = DeepReadonly<core.LimitRange>;

const SPEC_ONLY = { useStatus: false, overhead: false };
const NOTHING: ResourceList = new Map();

function each(list: Readonly<Record<string, string>> | null | undefined, check: (name: string, enforced: Quantity) => string | undefined): string[] {
  return Object.entries(list ?? {}).flatMap(([name, text]) => check(name, parseQuantity(text)) ?? []);
}

const minimum = (type: string, request: ResourceList, limit: ResourceList) => (name: string, enforced: Quantity): string | undefined => {
  const [asked, limited] = [request.get(name), limit.get(name)];
  const text = `minimum ${name} usage per ${type} is ${enforced}`;
  if (!asked) return `${text}.  No request is specified`;
  if (asked.cmp(enforced) < 0) return `${text}, but request is ${asked}`;
  return limited && limited.cmp(enforced) < 0 ? `${text}, but limit is ${limited}` : undefined;
};

const maximum = (type: string, request: ResourceList, limit: ResourceList) => (name: string, enforced: Quantity): string | undefined => {
  const [asked, limited] = [request.get(name), limit.get(name)];
  const text = `maximum ${name} usage per ${type} is ${enforced}`;
  if (!limited) return `${text}.  No limit is specified`;
  if (limited.cmp(enforced) > 0) return `${text}, but limit is ${limited}`;
  return asked && asked.cmp(enforced) > 0 ? `${text}, but request is ${asked}` : undefined;
};

const maximumRequest = (type: string, request: ResourceList) => (name: string, enforced: Quantity): string | undefined => {
  const asked = request.get(name);
  const text = `maximum ${name} usage per ${type} is ${enforced}`;
  if (!asked) return `${text}.  No request is specified`;
  return asked.cmp(enforced) > 0 ? `${text}, but request is ${asked}` : undefined;
};

const ratio = (type: string, request: ResourceList, limit: ResourceList) => (name: string, enforced: Quantity): string | undefined => {
  const [asked, limited] = [request.get(name), limit.get(name)];
  const text = `${name} max limit to request ratio per ${type} is ${enforced}`;
  if (!asked || asked.isZero()) return `${text}, but no request is specified or request is 0`;
  if (!limited || limited.isZero()) return `${text}, but no limit is specified or limit is 0`;
  const observed = limited.approximate() / asked.approximate();
  return observed > enforced.approximate() ? `${text}, but provided ratio is ${observed.toFixed(6)}` : undefined;
};

function mistakes({ type, min, max, maxLimitRequestRatio }: Item, request: ResourceList, limit: ResourceList): string[] {
  return [...each(min, minimum(type, request, limit)), ...each(max, maximum(type, request, limit)), ...each(maxLimitRequestRatio, ratio(type, request, limit))];
}

/** All that a pod does not keep. */
export function podMistakes(range: LimitRange, pod: DeepReadonly<core.Pod>): readonly string[] {
  return (range.spec?.limits ?? []).flatMap((item) => {
    if (item.type === 'Pod') return mistakes(item, podRequests(pod, SPEC_ONLY), podLimits(pod, SPEC_ONLY));
    if (item.type !== 'Container') return [];
    return [...(pod.spec.containers ?? []), ...(pod.spec.initContainers ?? [])].flatMap((c) => mistakes(item, parseResourceList(c.resources?.requests), parseResourceList(c.resources?.limits)));
  });
}

export function claimMistakes(range: LimitRange, claim: DeepReadonly<core.PersistentVolumeClaim>): readonly string[] {
  const request = parseResourceList(claim.spec.resources?.requests);
  return (range.spec?.limits ?? [])
    .filter((item) => item.type === 'PersistentVolumeClaim')
    .flatMap((item) => [...each(item.min, minimum(item.type, request, NOTHING)), ...each(item.max, maximumRequest(item.type, request))]);
}

const ANNOTATION = 'kubernetes.io/limit-ranger';

/** Gives the pod containers with what they leave open, and notes it. */
export function setDefaults(range: LimitRange, pod: core.Pod): void {
  const items = (range.spec?.limits ?? []).filter((item) => item.type === 'Container');
  const requests = Object.assign({}, ...items.map((i) => i.defaultRequest ?? {})) as Record<string, string>;
  const limits = Object.assign({}, ...items.map((i) => i.default ?? {})) as Record<string, string>;
  const notes: string[] = [];
  const completed = (c: core.Container, what: string): core.Container => defaulted(c, requests, limits, what, notes);
  if (pod.spec.containers) pod.spec.containers = pod.spec.containers.map((c) => completed(c, 'container'));
  if (pod.spec.initContainers) pod.spec.initContainers = pod.spec.initContainers.map((c) => completed(c, 'init container'));
  if (notes.length > 0) pod.metadata.annotations = { ...pod.metadata.annotations, [ANNOTATION]: `LimitRanger plugin set: ${notes.join('; ')}` };
}

function defaulted(container: core.Container, requests: Readonly<Record<string, string>>, limits: Readonly<Record<string, string>>, what: string, notes: string[]): core.Container {
  const missing = (given: Readonly<Record<string, string>> | undefined, defaults: Readonly<Record<string, string>>): string[] => Object.keys(defaults).filter((n) => given?.[n] === undefined).sort();
  const newLimits = missing(container.resources?.limits, limits);
  const newRequests = missing(container.resources?.requests, requests);
  for (const [names, kind] of [[newRequests, 'request'], [newLimits, 'limit']] as const) if (names.length > 0) notes.push(`${names.join(', ')} ${kind} for ${what} ${container.name}`);
  if (newLimits.length + newRequests.length === 0) return container;
  const resources = {
    ...container.resources,
    ...(newLimits.length > 0 && { limits: { ...limits, ...container.resources?.limits } }),
    ...(newRequests.length > 0 && { requests: { ...requests, ...container.resources?.requests } }),
  };
  return { ...container, resources };
}
