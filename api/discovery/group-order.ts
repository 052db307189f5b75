/** The order of groups and of their versions, from the priorities of API services. Behaves like upstream kube-aggregator/pkg/controllers/autoregister and apiserver/pkg/endpoints/discovery/aggregated. */
import { BOOTSTRAP_OBJECTS } from '../bootstrap/objects.gen.ts';

interface Priority {
  readonly group: number;
  readonly version: number;
}

/** Of groups that custom resources bring. */
const CUSTOM: Priority = { group: 1000, version: 100 };

/** The aggregator's own group stands before all others. */
const AGGREGATOR = 20_000;

let known: ReadonlyMap<string, Priority> | undefined;

function priorities(): ReadonlyMap<string, Priority> {
  if (!known) {
    const services = BOOTSTRAP_OBJECTS.filter((text) => text.startsWith('{"kind":"APIService"')).map((text) => JSON.parse(text) as { spec: { group?: string; version: string; groupPriorityMinimum: number; versionPriority: number } });
    known = new Map<string, Priority>([['apiregistration.k8s.io/v1', { group: AGGREGATOR, version: 18 }], ...services.map(({ spec }) => [`${spec.group ?? ''}/${spec.version}`, { group: spec.groupPriorityMinimum, version: spec.versionPriority }] as const)]);
  }
  return known;
}

export function priorityOf(group: string, version: string): Priority {
  return priorities().get(`${group}/${version}`) ?? CUSTOM;
}

/** Versions of a group, the preferred first: by priority, then v2 before v1 before v1beta1. */
export function orderVersions(group: string, versions: readonly string[]): readonly string[] {
  return [...versions].sort((a, b) => priorityOf(group, b).version - priorityOf(group, a).version || compareVersions(b, a));
}

/** Groups: by the highest priority of their versions, then by name. */
export function orderGroups(groups: ReadonlyMap<string, readonly string[]>): readonly string[] {
  const priority = (group: string): number => Math.max(...(groups.get(group) ?? []).map((v) => priorityOf(group, v).group));
  return [...groups.keys()].sort((a, b) => priority(b) - priority(a) || (a < b ? -1 : 1));
}

const STAGES = ['alpha', 'beta', ''];

/** Positive when `a` is the more stable or newer one. Behaves like upstream apimachinery/pkg/version CompareKubeAwareVersionStrings. */
export function compareVersions(a: string, b: string): number {
  const x = /^v(\d+)(?:(alpha|beta)(\d+))?$/.exec(a);
  const y = /^v(\d+)(?:(alpha|beta)(\d+))?$/.exec(b);
  if (!x || !y) return x ? 1 : y ? -1 : b < a ? -1 : b > a ? 1 : 0;
  const stage = STAGES.indexOf(x[2] ?? '') - STAGES.indexOf(y[2] ?? '');
  return stage || Number(x[1]) - Number(y[1]) || Number(x[3] ?? 0) - Number(y[3] ?? 0);
}
