import * as core from '../apimachinery/types/core.gen.ts';
import { selectorOf } from './framework/labels.ts';
import { defineReplicasController } from './replicaset/replicas-controller.ts';

/** Behaves like upstream pkg/controller/replication: a ReplicaSet's behaviour over a plain map as selector. */
export default defineReplicasController<core.ReplicationController>({
  name: 'replicationcontroller-controller',
  component: 'replication-controller',
  type: core.ReplicationController,
  countsTerminating: false,
  replicas: (rc) => rc.spec.replicas ?? 1,
  minReadySeconds: (rc) => rc.spec.minReadySeconds ?? 0,
  template: (rc) => rc.spec.template ?? ({} as never),
  selector: (rc) => selectorOf(rc.spec.selector === undefined ? undefined : { matchLabels: rc.spec.selector }),
  status: (rc) => rc.status ?? { replicas: 0 },
});
