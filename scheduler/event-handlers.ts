/** What the informers tell, put into cache and queue. Behaves like upstream scheduler/eventhandlers.go. */
import * as core from '../apimachinery/types/core.gen.ts';
import * as storage from '../apimachinery/types/storage.gen.ts';
import type { SharedInformers } from '../client/interface.ts';
import type { SchedulerCache } from './cache/cache.ts';
import type { Node, Pod } from './framework/interface.ts';
import type { Nominator } from './queue/nominator.ts';
import type { SchedulingQueue } from './queue/scheduling-queue.ts';

export interface HandlerOptions {
  readonly informers: SharedInformers;
  readonly cache: SchedulerCache;
  readonly queue: SchedulingQueue;
  readonly nominator: Nominator;
  readonly schedulerName: string;
}

const isAssigned = (pod: Pod): boolean => (pod.spec.nodeName ?? '') !== '';
const isOver = (pod: Pod): boolean => pod.status.phase === 'Succeeded' || pod.status.phase === 'Failed';

/** Pods on nodes count until they have ended; others wait if they are ours. */
function handlePods({ informers, cache, queue, nominator, schedulerName }: HandlerOptions): void {
  const isOurs = (pod: Pod): boolean => pod.spec.schedulerName === schedulerName && !isOver(pod);
  const assigned = (pod: Pod, old?: Pod): void => {
    queue.delete(pod.metadata.uid);
    nominator.delete(pod.metadata.uid);
    if (isOver(pod)) {
      cache.removePod(pod.metadata.uid);
      queue.move({ resource: 'AssignedPod', action: 'Delete', old: pod });
    } else {
      cache.setPod(pod);
      queue.move({ resource: 'AssignedPod', action: old && isAssigned(old) ? 'Update' : 'Add', object: pod, ...(old && { old }) });
    }
  };
  informers.informer(core.Pod).addEventHandler({
    onAdd(pod) {
      if (isAssigned(pod)) assigned(pod);
      else if (isOurs(pod)) {
        nominator.update(pod);
        queue.add(pod);
      }
    },
    onUpdate(old, pod) {
      if (isAssigned(pod)) {
        if (!isOver(old) || !isOver(pod)) assigned(pod, old);
      } else if (isOurs(pod)) {
        nominator.update(pod, old);
        queue.update(old, pod);
      } else {
        nominator.delete(pod.metadata.uid);
        queue.delete(pod.metadata.uid);
      }
    },
    onDelete(pod) {
      queue.delete(pod.metadata.uid);
      nominator.delete(pod.metadata.uid);
      cache.removePod(pod.metadata.uid);
      if (isAssigned(pod)) queue.move({ resource: 'AssignedPod', action: 'Delete', old: pod });
    },
  });
}

/** Heartbeats change nothing that a plug-in looks at. */
export function mattersForScheduling(old: Node, node: Node): boolean {
  const seen = (n: Node): unknown => [n.metadata.labels, n.metadata.annotations, n.spec.taints, n.spec.unschedulable, n.status.allocatable, n.status.images, n.status.conditions?.map((c) => [c.type, c.status])];
  return JSON.stringify(seen(old)) !== JSON.stringify(seen(node));
}

function handleNodes({ informers, cache, queue }: HandlerOptions): void {
  informers.informer(core.Node).addEventHandler({
    onAdd(node) {
      cache.setNode(node);
      queue.move({ resource: 'Node', action: 'Add', object: node });
    },
    onUpdate(old, node) {
      if (!mattersForScheduling(old, node)) return;
      cache.setNode(node);
      queue.move({ resource: 'Node', action: 'Update', old, object: node });
    },
    onDelete(node) {
      cache.removeNode(node.metadata.name);
      queue.move({ resource: 'Node', action: 'Delete', old: node });
    },
  });
}

function handleVolumes({ informers, queue }: HandlerOptions): void {
  const claims = informers.informer(core.PersistentVolumeClaim);
  const volumes = informers.informer(core.PersistentVolume);
  claims.addEventHandler({
    onAdd: (object) => queue.move({ resource: 'PersistentVolumeClaim', action: 'Add', object }),
    onUpdate: (old, object) => queue.move({ resource: 'PersistentVolumeClaim', action: 'Update', old, object }),
  });
  volumes.addEventHandler({
    onAdd: (object) => queue.move({ resource: 'PersistentVolume', action: 'Add', object }),
    onUpdate: (old, object) => queue.move({ resource: 'PersistentVolume', action: 'Update', old, object }),
  });
  informers.informer(storage.StorageClass).addEventHandler({ onAdd: (object) => queue.move({ resource: 'StorageClass', action: 'Add', object }) });
  informers.informer(storage.CSINode).addEventHandler({
    onAdd: (object) => queue.move({ resource: 'CSINode', action: 'Add', object }),
    onUpdate: (old, object) => queue.move({ resource: 'CSINode', action: 'Update', old, object }),
  });
}

export function registerHandlers(options: HandlerOptions): void {
  handleNodes(options);
  handlePods(options);
  handleVolumes(options);
}
