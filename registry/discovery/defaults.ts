/** Defaults of endpoint slices. Behaves like upstream pkg/apis/discovery/v1/defaults.go. */
import * as discovery from '../../apimachinery/types/discovery.gen.ts';
import { defineDefaults } from '../generic/define.ts';

export default [
  defineDefaults(discovery.EndpointPort, (port) => {
    port.name ??= '';
    port.protocol ??= 'TCP';
  }),
];
