/** Pods go where their volumes are, or can be made; claims that wait for their first consumer are bound before the pod is. Behaves like upstream plugins/volumebinding. */
import { keyOf } from '../../apimachinery/meta.ts';
import * as core from '../../apimachinery/types/core.gen.ts';
import * as storage from '../../apimachinery/types/storage.gen.ts';
import type { SharedInformers } from '../../client/interface.ts';
import { SKIP, stateKey, unresolvable, type Cycle, type Handle, type Node, type Plugin, type Pod, type Status } from '../framework/interface.ts';
import type { NodeInfo } from '../framework/node-info.ts';
import { allowsTopology, claimOf, claimUses, classOf, findVolume, isBound, notFound, reaches, requestOf, SELECTED_NODE, type Claim, type Volume } from '../framework/volumes.ts';

export const BIND_CONFLICT = "node(s) didn't find available persistent volumes to bind";
export const NODE_CONFLICT = "node(s) didn't match PersistentVolume's node affinity";
export const NO_VOLUME = 'node(s) unavailable due to one or more pvc(s) bound to non-existent pv(s)';
export const UNBOUND = 'pod has unbound immediate PersistentVolumeClaims';
const NO_PROVISIONER = 'kubernetes.io/no-provisioner';
const BOUND_BY_CONTROLLER = 'pv.kubernetes.io/bound-by-controller';
const BIND_TIMEOUT = 600_000;

interface Plan {
  readonly bindings: readonly { readonly claim: Claim; readonly volume: Volume }[];
  readonly provisions: readonly Claim[];
}
interface Claims {
  readonly bound: readonly Claim[];
  readonly delayed: readonly Claim[];
  readonly plans: Map<string, Plan>;
}
const CLAIMS = stateKey<Claims>('VolumeBinding/claims');

/** What earlier pods are about to take: volumes by name, and nodes of claims by uid. */
interface Assumed {
  readonly volumes: Set<string>;
  readonly nodes: Map<string, string>;
}
const assumedBy = new WeakMap<SharedInformers, Assumed>();

function assumedOf({ informers }: Handle): Assumed {
  let assumed = assumedBy.get(informers);
  if (!assumed) assumedBy.set(informers, (assumed = { volumes: new Set(), nodes: new Map() }));
  return assumed;
}

/** What is wrong with the claims of the pod, or nothing. */
function complaint(handle: Handle, pod: Pod): string | undefined {
  for (const { name, isEphemeral } of claimUses(pod)) {
    const claim = claimOf(handle, pod, name);
    if (!claim) return isEphemeral ? `waiting for ephemeral volume controller to create the persistentvolumeclaim "${name}"` : notFound(name);
    if (claim.status.phase === 'Lost') return `persistentvolumeclaim "${name}" bound to non-existent persistentvolume "${claim.spec.volumeName ?? ''}"`;
    if (claim.metadata.deletionTimestamp != null) return `persistentvolumeclaim "${name}" is being deleted`;
    const isOwn = claim.metadata.ownerReferences?.some((o) => o.controller === true && o.uid === pod.metadata.uid) === true;
    if (isEphemeral && !isOwn) return `PVC ${claim.metadata.namespace}/${name} was not created for pod ${pod.metadata.namespace}/${pod.metadata.name} (pod is not owner)`;
  }
  return undefined;
}

function waitsForConsumer({ informers }: Handle, claim: Claim): boolean {
  if ((claim.spec.volumeName ?? '') !== '') return false;
  return informers.informer(storage.StorageClass).lister.get({ namespace: '', name: classOf(claim) })?.volumeBindingMode === 'WaitForFirstConsumer';
}

/** Why the volumes of bound claims keep the pod from the node, or nothing. */
function boundConflict({ informers }: Handle, { bound }: Claims, node: Node): string | undefined {
  for (const claim of bound) {
    const volume = informers.informer(core.PersistentVolume).lister.get({ namespace: '', name: claim.spec.volumeName ?? '' });
    if (!volume) return NO_VOLUME;
    if (!reaches(volume, node)) return NODE_CONFLICT;
  }
  return undefined;
}

function canProvision({ informers }: Handle, claim: Claim, node: Node): boolean {
  const storageClass = informers.informer(storage.StorageClass).lister.get({ namespace: '', name: classOf(claim) });
  if (!storageClass || storageClass.provisioner === '' || storageClass.provisioner === NO_PROVISIONER) return false;
  return allowsTopology(storageClass, node);
}

/** How the claims that wait get their volumes on the node; undefined when they cannot. */
function planFor(handle: Handle, { delayed }: Claims, node: Node): Plan | undefined {
  const { volumes: taken, nodes } = assumedOf(handle);
  const chosen = new Set(taken);
  const volumes = delayed.length === 0 ? [] : handle.informers.informer(core.PersistentVolume).lister.list();
  const bindings: { claim: Claim; volume: Volume }[] = [];
  const provisions: Claim[] = [];
  for (const claim of [...delayed].sort((a, b) => requestOf(a).cmp(requestOf(b)))) {
    const selected = nodes.get(claim.metadata.uid) ?? claim.metadata.annotations?.[SELECTED_NODE];
    if (selected !== undefined && selected !== node.metadata.name) return undefined;
    const volume = selected === undefined ? findVolume(claim, volumes, node, chosen) : undefined;
    if (volume) {
      chosen.add(volume.metadata.name);
      bindings.push({ claim, volume });
    } else if (canProvision(handle, claim, node)) provisions.push(claim);
    else return undefined;
  }
  return { bindings, provisions };
}

async function bindVolume({ client }: Handle, claim: Claim, volume: Volume, signal: AbortSignal): Promise<void> {
  const { namespace, name, uid, resourceVersion } = claim.metadata;
  const claimRef = { kind: 'PersistentVolumeClaim', apiVersion: 'v1', namespace, name, uid, resourceVersion };
  const annotations = volume.spec.claimRef ? volume.metadata.annotations : { ...volume.metadata.annotations, [BOUND_BY_CONTROLLER]: 'yes' };
  const changed = { ...volume, metadata: { ...volume.metadata, ...(annotations && { annotations }) }, spec: { ...volume.spec, claimRef } };
  await client.resource(core.PersistentVolume).update(changed, { signal });
}

async function selectNode({ client }: Handle, claim: Claim, node: string, signal: AbortSignal): Promise<void> {
  if (claim.metadata.annotations?.[SELECTED_NODE] === node) return;
  const body = { metadata: { resourceVersion: claim.metadata.resourceVersion, annotations: { [SELECTED_NODE]: node } } };
  await client.resource(core.PersistentVolumeClaim).patch(keyOf(claim), { type: 'merge', body }, { signal });
}

/** Resolves when all the claims are bound; rejects when a provisioner gives the node back, after 10 minutes, or with the signal. */
async function whenBound({ handle, pod }: Cycle, claims: readonly Claim[], node: string, signal: AbortSignal): Promise<void> {
  const informer = handle.informers.informer(core.PersistentVolumeClaim);
  const timer = new AbortController();
  let check = (): void => undefined;
  const remove = informer.addEventHandler({ onUpdate: () => check(), onDelete: () => check() });
  const provisioned = new Set<string>();
  const done = new Promise<void>((resolve, reject) => {
    check = () => {
      const now = claims.map((c) => informer.lister.get(keyOf(c)));
      const gone = claims.find((_, i) => !now[i]);
      if (gone) reject(new Error(`binding volumes: ${notFound(gone.metadata.name)}`));
      for (const c of now) {
        const selected = c?.metadata.annotations?.[SELECTED_NODE];
        if (c && selected === node) provisioned.add(c.metadata.uid);
        else if (c && provisioned.has(c.metadata.uid) && !isBound(c)) reject(new Error(`binding volumes: provisioning failed for PVC "${c.metadata.name}"`));
      }
      if (now.every((c) => c && isBound(c))) resolve();
    };
    check();
    signal.addEventListener('abort', () => reject(signal.reason as Error), { once: true, signal: timer.signal });
  });
  const late = handle.clock.sleep(BIND_TIMEOUT, timer.signal).then(
    () => Promise.reject(new Error(`binding volumes: context deadline exceeded for pod ${pod.metadata.namespace}/${pod.metadata.name}`)),
    () => done,
  );
  try {
    await Promise.race([done, late]);
  } finally {
    timer.abort();
    remove();
  }
}

function release(handle: Handle, { bindings, provisions }: Plan): void {
  const { volumes, nodes } = assumedOf(handle);
  for (const { volume } of bindings) volumes.delete(volume.metadata.name);
  for (const claim of provisions) nodes.delete(claim.metadata.uid);
}

export default {
  name: 'VolumeBinding',
  needs: [core.PersistentVolumeClaim, core.PersistentVolume, storage.StorageClass],
  events: [
    { resource: 'PersistentVolumeClaim', actions: ['Add', 'Update'], hint: (pod, { object }) => (object as Claim).metadata.namespace === pod.metadata.namespace },
    { resource: 'PersistentVolume', actions: ['Add', 'Update'] },
    { resource: 'StorageClass', actions: ['Add'] },
    { resource: 'Node', actions: ['Add', 'Update'] },
    { resource: 'CSINode', actions: ['Add', 'Update'] },
  ],
  preFilter({ pod, handle, state }: Cycle) {
    const uses = claimUses(pod);
    if (uses.length === 0) return { status: SKIP };
    const wrong = complaint(handle, pod);
    if (wrong !== undefined) return { status: unresolvable(wrong) };
    const claims = uses.flatMap(({ name }) => claimOf(handle, pod, name) ?? []);
    const bound = claims.filter(isBound);
    const delayed = claims.filter((c) => !isBound(c) && waitsForConsumer(handle, c));
    if (bound.length + delayed.length < claims.length) return { status: unresolvable(UNBOUND) };
    state.write(CLAIMS, { bound, delayed, plans: new Map() });
    return undefined;
  },
  filter({ handle, state }: Cycle, { name, node }: NodeInfo): Status | undefined {
    const claims = state.read(CLAIMS);
    if (!claims) return undefined;
    const plan = planFor(handle, claims, node);
    const conflict = boundConflict(handle, claims, node);
    const reasons = [conflict === NODE_CONFLICT ? conflict : undefined, plan ? undefined : BIND_CONFLICT, conflict === NO_VOLUME ? conflict : undefined].filter((r) => r !== undefined);
    if (reasons.length > 0 || !plan) return unresolvable(...reasons);
    claims.plans.set(name, plan);
    return undefined;
  },
  reserve({ handle, state }: Cycle, node: string): undefined {
    const plan = state.read(CLAIMS)?.plans.get(node);
    const { volumes, nodes } = assumedOf(handle);
    for (const { volume } of plan?.bindings ?? []) volumes.add(volume.metadata.name);
    for (const claim of plan?.provisions ?? []) nodes.set(claim.metadata.uid, node);
  },
  unreserve({ handle, state }: Cycle, node: string) {
    const plan = state.read(CLAIMS)?.plans.get(node);
    if (plan) release(handle, plan);
  },
  async preBind(cycle: Cycle, node: string, signal: AbortSignal) {
    const { handle, state } = cycle;
    const claims = state.read(CLAIMS);
    const plan = claims?.plans.get(node);
    if (!claims || !plan || claims.delayed.length === 0) return undefined;
    for (const { claim, volume } of plan.bindings) await bindVolume(handle, claim, volume, signal);
    for (const claim of plan.provisions) await selectNode(handle, claim, node, signal);
    await whenBound(cycle, claims.delayed, node, signal);
    release(handle, plan);
    return undefined;
  },
} satisfies Plugin;
