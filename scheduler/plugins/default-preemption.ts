/** Makes room for a pod that fits nowhere by ending pods of lower priority; ../framework/victims.ts chooses them. Behaves like upstream plugins/defaultpreemption. */
import { isNotFound } from '../../apimachinery/errors.ts';
import { keyOf } from '../../apimachinery/meta.ts';
import * as core from '../../apimachinery/types/core.gen.ts';
import * as policy from '../../apimachinery/types/policy.gen.ts';
import { rfc3339 } from '../../component-base/clock.ts';
import { describeError } from '../../component-base/log.ts';
import { fitMessage } from '../framework/fit-error.ts';
import { unresolvable, type Cycle, type Plugin, type Pod, type PostFilterResult, type PostFilterTools, type Status } from '../framework/interface.ts';
import { priorityOf } from '../framework/pod-info.ts';
import { pickCandidate, selectVictims, type Candidate } from '../framework/victims.ts';

const NOT_HELPFUL = unresolvable('Preemption is not helpful for scheduling');
const MIN_CANDIDATES = 100;
const MIN_PERCENT = 10;

function isEndingForPreemption({ metadata, status }: Pod): boolean {
  return metadata.deletionTimestamp != null && (status.conditions ?? []).some((c) => c.type === 'DisruptionTarget' && c.status === 'True' && c.reason === 'PreemptionByScheduler');
}

/** Why the pod may not end others, or nothing. */
export function ineligibility({ pod, snapshot }: Cycle, nodes: ReadonlyMap<string, Status>): string | undefined {
  if (pod.spec.preemptionPolicy === 'Never') return 'not eligible due to preemptionPolicy=Never.';
  const nominated = pod.status.nominatedNodeName ?? '';
  if (nominated === '' || nodes.get(nominated)?.code === 'UnschedulableAndUnresolvable') return undefined;
  const isWaiting = snapshot.get(nominated)?.pods.some((p) => priorityOf(p.pod) < priorityOf(pod) && isEndingForPreemption(p.pod)) === true;
  return isWaiting ? 'not eligible due to a terminating pod on the nominated node.' : undefined;
}

interface DryRun {
  readonly candidates: Candidate[];
  readonly statuses: Map<string, Status>;
}

/** Tries nodes from a random one on, until there are enough to choose from. */
export function dryRun(cycle: Cycle, nodes: ReadonlyMap<string, Status>, tools: Pick<PostFilterTools, 'filter' | 'plugins' | 'rand'>): DryRun {
  const potential = cycle.snapshot.nodes.filter((n) => nodes.get(n.name)?.code === 'Unschedulable');
  const statuses = new Map(cycle.snapshot.nodes.map((n) => [n.name, NOT_HELPFUL]));
  const candidates: Candidate[] = [];
  if (potential.length === 0) return { candidates, statuses };
  const budgets = cycle.handle.informers.informer(policy.PodDisruptionBudget).lister.list();
  const wanted = Math.max(MIN_CANDIDATES, Math.floor((potential.length * MIN_PERCENT) / 100));
  const start = tools.rand.int(potential.length);
  for (let i = 0; i < potential.length && candidates.length < wanted; i++) {
    const node = potential[(start + i) % potential.length];
    if (!node) continue;
    const found = selectVictims(cycle, node, budgets, tools);
    if ('victims' in found) candidates.push(found);
    else statuses.set(node.name, found);
  }
  return { candidates, statuses };
}

async function preempt({ pod, handle }: Cycle, victim: Pod, node: string, { signal, recorder }: PostFilterTools): Promise<void> {
  const pods = handle.client.resource(core.Pod);
  const condition = {
    type: 'DisruptionTarget',
    status: 'True',
    reason: 'PreemptionByScheduler',
    message: `${pod.spec.schedulerName}: preempting to accommodate a higher priority pod`,
    lastProbeTime: null,
    lastTransitionTime: rfc3339(handle.clock.now()),
    ...(victim.metadata.generation !== undefined && { observedGeneration: victim.metadata.generation }),
  };
  try {
    await pods.subresource('status').patch(keyOf(victim), { type: 'strategic', body: { metadata: { uid: victim.metadata.uid }, status: { conditions: [condition] } } }, { signal });
    await pods.delete(keyOf(victim), { signal });
  } catch (error) {
    if (isNotFound(error)) return;
    throw error;
  }
  recorder.record({ regarding: victim, related: pod, type: 'Normal', reason: 'Preempted', action: 'Preempting', note: `Preempted by pod ${pod.metadata.uid} on node ${node}` });
}

/** Pods of lower priority for which room was being made there look for another place. */
async function clearNominations({ pod, snapshot, handle }: Cycle, node: string, signal: AbortSignal): Promise<void> {
  const lower = (snapshot.nominated?.get(node) ?? []).filter((p) => priorityOf(p.pod) < priorityOf(pod));
  await Promise.all(lower.map((p) => handle.client.resource(core.Pod).subresource('status').patch(keyOf(p.pod), { type: 'strategic', body: { status: { nominatedNodeName: null } } }, { signal })));
}

async function makeRoom(cycle: Cycle, { node, victims }: Candidate, tools: PostFilterTools): Promise<PostFilterResult> {
  try {
    await Promise.all(victims.filter((v) => v.metadata.deletionTimestamp == null).map((v) => preempt(cycle, v, node, tools)));
  } catch (error) {
    tools.log.warn('cannot preempt', { pod: cycle.pod.metadata.name, node, err: describeError(error) });
    return { message: `preemption: ${describeError(error)}`, isFailure: true };
  }
  await clearNominations(cycle, node, tools.signal).catch((error: unknown) => tools.log.warn('cannot clear a nomination', { node, err: describeError(error) }));
  return { message: '', nominatedNode: node };
}

export default {
  name: 'DefaultPreemption',
  needs: [policy.PodDisruptionBudget],
  async postFilter(cycle: Cycle, nodes: ReadonlyMap<string, Status>, tools: PostFilterTools): Promise<PostFilterResult> {
    const reason = ineligibility(cycle, nodes);
    if (reason !== undefined) return { message: `preemption: ${reason}` };
    const { candidates, statuses } = dryRun(cycle, nodes, tools);
    const best = pickCandidate(candidates);
    if (best) return makeRoom(cycle, best, tools);
    const message = fitMessage({ numAllNodes: cycle.snapshot.nodes.length, nodes: statuses, plugins: new Set() }, '');
    return { message: `preemption: ${message}`, nominatedNode: '' };
  },
} satisfies Plugin;
