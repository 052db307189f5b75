/** What a Deployment writes on its ReplicaSets: revision, history, sizes. Behaves like upstream pkg/controller/deployment/util. */
import { maxSurge } from './bounds.ts';
import { replicasOf, type Deployment, type ReplicaSet } from './types.ts';

export const REVISION = 'deployment.kubernetes.io/revision';
const HISTORY = 'deployment.kubernetes.io/revision-history';
const DESIRED = 'deployment.kubernetes.io/desired-replicas';
const MAX = 'deployment.kubernetes.io/max-replicas';
const NOT_COPIED = new Set(['kubectl.kubernetes.io/last-applied-configuration', REVISION, HISTORY, DESIRED, MAX, 'deprecated.deployment.rollback.to']);
const HISTORY_LENGTH = 2000;

type Annotations = Readonly<Record<string, string>>;
type Annotated = { readonly metadata: { readonly annotations?: Annotations } };

/** A 64-bit number, as upstream's; undefined when the text is none. */
const revisionIn = (text: string): bigint | undefined => (/^[+-]?\d+$/.test(text) ? BigInt(text) : undefined);

/** 0 when there is none; undefined when it is no number. */
export const revisionOf = (obj: Annotated): bigint | undefined => revisionIn(obj.metadata.annotations?.[REVISION] ?? '0');

export const byRevision = (a: Annotated, b: Annotated): number => Number((revisionOf(a) ?? 0n) - (revisionOf(b) ?? 0n));

export function maxRevision(sets: readonly ReplicaSet[]): bigint {
  return sets.map((set) => revisionOf(set) ?? 0n).reduce((a, b) => (a > b ? a : b), 0n);
}

function countIn(set: ReplicaSet, name: string): number | undefined {
  const text = set.metadata.annotations?.[name];
  return text !== undefined && /^\d+$/.test(text) && Number(text) < 2 ** 31 ? Number(text) : undefined;
}
/** The Deployment's size when this set was last scaled. */
export const desiredReplicas = (set: ReplicaSet): number | undefined => countIn(set, DESIRED);
export const maxReplicas = (set: ReplicaSet): number | undefined => countIn(set, MAX);

export function sizeAnnotations(d: Deployment): Annotations {
  return { [DESIRED]: String(replicasOf(d)), [MAX]: String(replicasOf(d) + maxSurge(d)) };
}

export function hasSizeAnnotations(set: ReplicaSet, d: Deployment): boolean {
  return Object.entries(sizeAnnotations(d)).every(([name, value]) => set.metadata.annotations?.[name] === value);
}

/** The oldest revisions are dropped where the list would get too long. */
function appendHistory(history: string, revision: string): string | undefined {
  const kept = history === '' ? [] : history.split(',');
  while (kept.length > 0 && [...kept, revision].join(',').length > HISTORY_LENGTH) kept.shift();
  return revision.length > HISTORY_LENGTH ? undefined : [...kept, revision].join(',');
}

/** The annotations that the current set must have at `revision`; the same object when nothing changes. */
export function revisionAnnotations(d: Deployment, annotations: Annotations, revision: bigint): Annotations {
  const copied = Object.entries(d.metadata.annotations ?? {}).filter(([name, value]) => !NOT_COPIED.has(name) && annotations[name] !== value);
  const before = annotations[REVISION];
  const earlier = revisionIn(before || '0');
  const raised = earlier !== undefined && earlier < revision;
  if (copied.length === 0 && !raised) return annotations;
  const history = raised && before !== undefined ? appendHistory(annotations[HISTORY] ?? '', before) : undefined;
  return { ...annotations, ...Object.fromEntries(copied), ...(raised && { [REVISION]: String(revision) }), ...(history !== undefined && { [HISTORY]: history }) };
}
