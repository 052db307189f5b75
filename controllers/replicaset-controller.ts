import * as apps from '../apimachinery/types/apps.gen.ts';
import { selectorOf } from './framework/labels.ts';
import { defineReplicasController } from './replicaset/replicas-controller.ts';

/** Behaves like upstream pkg/controller/replicaset. */
export default defineReplicasController<apps.ReplicaSet>({
  name: 'replicaset-controller',
  component: 'replicaset-controller',
  type: apps.ReplicaSet,
  countsTerminating: true,
  replicas: (rs) => rs.spec.replicas ?? 1,
  minReadySeconds: (rs) => rs.spec.minReadySeconds ?? 0,
  template: (rs) => rs.spec.template,
  selector: (rs) => selectorOf(rs.spec.selector),
  status: (rs) => rs.status ?? { replicas: 0 },
});
