/** Resource quantities are rounded up to thousandths. Behaves like upstream pkg/apis/core/v1/defaults.go (SetDefaults_ResourceList). */
import { MILLI, parseQuantity } from '../../../apimachinery/quantity.ts';
import * as core from '../../../apimachinery/types/core.gen.ts';
import { defineDefaults } from '../../generic/define.ts';

const FINE = /[num.e]/;

function round(list: Record<string, string> | undefined): void {
  for (const [name, text] of Object.entries(list ?? {})) {
    if (list && FINE.test(text)) list[name] = rounded(text);
  }
}

function rounded(text: string): string {
  const quantity = parseQuantity(text);
  const coarse = quantity.roundUp(MILLI);
  return coarse === quantity ? text : coarse.toString();
}

export default [
  defineDefaults(core.ResourceRequirements, (r) => {
    round(r.limits);
    round(r.requests);
  }),
  defineDefaults(core.VolumeResourceRequirements, (r) => {
    round(r.limits);
    round(r.requests);
  }),
  defineDefaults(core.PodSpec, (spec) => round(spec.overhead)),
  defineDefaults(core.LimitRangeItem, (item) => {
    for (const list of [item.max, item.min, item.default, item.defaultRequest, item.maxLimitRequestRatio]) round(list);
  }),
  defineDefaults(core.PersistentVolumeSpec, (spec) => round(spec.capacity)),
  defineDefaults(core.PersistentVolumeClaimStatus, (status) => {
    round(status.capacity);
    round(status.allocatedResources);
  }),
  defineDefaults(core.ResourceQuotaSpec, (spec) => round(spec.hard)),
  defineDefaults(core.ResourceQuotaStatus, (status) => {
    round(status.hard);
    round(status.used);
  }),
  defineDefaults(core.NodeStatus, (status) => {
    round(status.capacity);
    round(status.allocatable);
  }),
  defineDefaults(core.ContainerStatus, (status) => round(status.allocatedResources)),
];
