/** Defaults of both versions of HorizontalPodAutoscaler. Behaves like upstream pkg/apis/autoscaling/v1 and v2 defaults.go. */
import * as autoscaling from '../../apimachinery/types/autoscaling.gen.ts';
import * as autoscalingV1 from '../../apimachinery/types/autoscaling-v1.gen.ts';
import { wasGivenEmpty } from '../../apimachinery/schema/emptied.ts';
import { defineDefaults } from '../generic/define.ts';

const scaleUp = (): autoscaling.HPAScalingRules => ({
  stabilizationWindowSeconds: 0,
  selectPolicy: 'Max',
  policies: [
    { type: 'Pods', value: 4, periodSeconds: 15 },
    { type: 'Percent', value: 100, periodSeconds: 15 },
  ],
});
const scaleDown = (): autoscaling.HPAScalingRules => ({
  selectPolicy: 'Max',
  policies: [{ type: 'Percent', value: 100, periodSeconds: 15 }],
});

/** Scaling rules with what is not set taken from the defaults; no policies, if so given, are none. */
function completed(rules: autoscaling.HPAScalingRules | undefined, defaults: autoscaling.HPAScalingRules): autoscaling.HPAScalingRules {
  if (!rules) return defaults;
  const { policies, ...others } = defaults;
  if (policies && !wasGivenEmpty(rules, 'policies')) rules.policies ??= policies;
  return Object.assign(rules, { ...others, ...rules });
}

function defaultAutoscaler({ spec }: autoscaling.HorizontalPodAutoscaler): void {
  spec.minReplicas ??= 1;
  if ((spec.metrics ?? []).length === 0) {
    spec.metrics = [{ type: 'Resource', resource: { name: 'cpu', target: { type: 'Utilization', averageUtilization: 80 } } }];
  }
  if (!spec.behavior) return;
  spec.behavior.scaleUp = completed(spec.behavior.scaleUp, scaleUp());
  spec.behavior.scaleDown = completed(spec.behavior.scaleDown, scaleDown());
}

export default [
  defineDefaults(autoscaling.HorizontalPodAutoscaler, defaultAutoscaler),
  defineDefaults(autoscalingV1.HorizontalPodAutoscaler, ({ spec }) => {
    spec.minReplicas ??= 1;
  }),
];
