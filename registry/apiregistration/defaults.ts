/** Defaults of API services. Behaves like upstream kube-aggregator/pkg/apis/apiregistration/v1/defaults.go. */
import * as apiregistration from '../../apimachinery/types/apiregistration.gen.ts';
import { defineDefaults } from '../generic/define.ts';

export default [
  defineDefaults(apiregistration.ServiceReference, (ref) => {
    ref.port ??= 443;
  }),
];
