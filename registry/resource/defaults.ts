/** Defaults of dynamic resource allocation. Behaves like upstream pkg/apis/resource/v1/defaults.go. */
import * as resource from '../../apimachinery/types/resource.gen.ts';
import { defineDefaults } from '../generic/define.ts';

function defaultRequest(request: { allocationMode?: string; count?: number }): void {
  request.allocationMode ||= 'ExactCount';
  if (request.allocationMode === 'ExactCount') request.count ||= 1;
}

export default [
  defineDefaults(resource.ExactDeviceRequest, defaultRequest),
  defineDefaults(resource.DeviceSubRequest, defaultRequest),
  defineDefaults(resource.DeviceToleration, (toleration) => {
    toleration.operator ||= 'Equal';
  }),
];
