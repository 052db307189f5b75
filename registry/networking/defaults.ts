/** Defaults of the networking group. Behaves like upstream pkg/apis/networking/v1/defaults.go. */
import * as networking from '../../apimachinery/types/networking.gen.ts';
import { defineDefaults } from '../generic/define.ts';

export default [
  defineDefaults(networking.NetworkPolicyPort, (port) => {
    port.protocol ??= 'TCP';
  }),
  defineDefaults(networking.NetworkPolicy, ({ spec }) => {
    if ((spec.policyTypes ?? []).length > 0) return;
    spec.policyTypes = (spec.egress ?? []).length > 0 ? ['Ingress', 'Egress'] : ['Ingress'];
  }),
  defineDefaults(networking.IngressClass, ({ spec }) => {
    if (spec.parameters) spec.parameters.scope ??= 'Cluster';
  }),
];
