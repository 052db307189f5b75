/** HorizontalPodAutoscalers. Behaves like upstream pkg/apis/autoscaling/validation/validation.go. */
import { parseQuantity } from '../../../apimachinery/quantity.ts';
import type {
  HorizontalPodAutoscaler,
  HorizontalPodAutoscalerSpec,
  HPAScalingPolicy,
  HPAScalingRules,
  MetricSpec,
} from '../../../apimachinery/types/autoscaling.gen.ts';
import {
  forbidden,
  invalid,
  notSupported,
  Path,
  required,
  type ErrorList,
  type FieldError,
} from '../../../apimachinery/validation/field.ts';
import { counters } from '../../core/validation/fields.ts';
import { nonNegativeQuantity } from '../../core/validation/resource-names.ts';
import { metric, objectReference, versionProblem, type ReferenceOptions } from './metrics.ts';

const SPEC = Path.of('spec');
const MAX_PERIOD = 1800;
const MAX_WINDOW = 3600;

interface Options {
  readonly minReplicas: number;
  readonly target: ReferenceOptions;
  readonly metrics: ReferenceOptions;
}

function options({ spec }: HorizontalPodAutoscaler, old?: HorizontalPodAutoscaler): Options {
  const before = old?.spec.scaleTargetRef;
  const { apiVersion, kind } = spec.scaleTargetRef ?? {};
  const isKept = before !== undefined && before.apiVersion === apiVersion && before.kind === kind;
  const metrics = { allowEmptyGroup: true, allowInvalidVersion: false };
  const hadWrongVersion = (old?.spec.metrics ?? []).some(
    (m) => m.type === 'Object' && m.object && versionProblem(m.object.describedObject.apiVersion ?? '', metrics) !== undefined,
  );
  return {
    minReplicas: old?.spec.minReplicas === 0 ? 0 : 1,
    target: { allowInvalidVersion: isKept, allowEmptyGroup: kind === 'ReplicationController' },
    metrics: { ...metrics, allowInvalidVersion: hadWrongVersion },
  };
}

const POLICY_TYPES = ['Percent', 'Pods'];
const SELECT = ['Disabled', 'Max', 'Min'];

function scalingPolicy({ type = '', value = 0, periodSeconds = 0 }: HPAScalingPolicy, path: Path): FieldError[] {
  const period = path.child('periodSeconds');
  return [
    ...(POLICY_TYPES.includes(type) ? [] : [notSupported(path.child('type'), type, POLICY_TYPES)]),
    ...(value <= 0 ? [invalid(path.child('value'), value, 'must be greater than zero')] : []),
    ...(periodSeconds <= 0 ? [invalid(period, periodSeconds, 'must be greater than zero')] : []),
    ...(periodSeconds > MAX_PERIOD ? [invalid(period, periodSeconds, `must be less than or equal to ${MAX_PERIOD}`)] : []),
  ];
}

function scalingRules(rules: HPAScalingRules | undefined, path: Path): FieldError[] {
  if (!rules) return [];
  const { stabilizationWindowSeconds: window = 0, selectPolicy, tolerance } = rules;
  const policies = rules.policies ?? [];
  const [windowPath, policiesPath] = [path.child('stabilizationWindowSeconds'), path.child('policies')];
  return [
    ...(window < 0 ? [invalid(windowPath, window, 'must be greater than or equal to zero')] : []),
    ...(window > MAX_WINDOW ? [invalid(windowPath, window, `must be less than or equal to ${MAX_WINDOW}`)] : []),
    ...(selectPolicy === undefined || SELECT.includes(selectPolicy)
      ? []
      : [notSupported(path.child('selectPolicy'), selectPolicy, SELECT)]),
    ...(policies.length === 0 ? [required(policiesPath, 'must specify at least one Policy')] : []),
    ...policies.flatMap((p, i) => scalingPolicy(p, policiesPath.index(i))),
    ...(tolerance === undefined ? [] : nonNegativeQuantity(parseQuantity(tolerance), path.child('tolerance'))),
  ];
}

function metrics(list: readonly MetricSpec[], minReplicas: number | undefined, given: Options): FieldError[] {
  const path = SPEC.child('metrics');
  const lacksOutside = minReplicas === 0 && !list.some((m) => m.type === 'Object' || m.type === 'External');
  return [
    ...list.flatMap((m, i) => metric(m, path.index(i), given.metrics)),
    ...(lacksOutside ? [forbidden(path, 'must specify at least one Object or External metric to support scaling to zero replicas')] : []),
  ];
}

function check(spec: HorizontalPodAutoscalerSpec, given: Options): FieldError[] {
  const { minReplicas, maxReplicas = 0 } = spec;
  const path = SPEC.child('maxReplicas');
  return [
    ...(minReplicas !== undefined && minReplicas < given.minReplicas
      ? [invalid(SPEC.child('minReplicas'), minReplicas, `must be greater than or equal to ${given.minReplicas}`)]
      : []),
    ...(maxReplicas < 1 ? [invalid(path, maxReplicas, 'must be greater than 0')] : []),
    ...(minReplicas !== undefined && maxReplicas < minReplicas
      ? [invalid(path, maxReplicas, 'must be greater than or equal to `minReplicas`')]
      : []),
    ...objectReference(spec.scaleTargetRef, SPEC.child('scaleTargetRef'), given.target),
    ...metrics(spec.metrics ?? [], minReplicas, given),
    ...scalingRules(spec.behavior?.scaleUp, SPEC.child('behavior', 'scaleUp')),
    ...scalingRules(spec.behavior?.scaleDown, SPEC.child('behavior', 'scaleDown')),
  ];
}

export const validateAutoscaler = (hpa: HorizontalPodAutoscaler): ErrorList => check(hpa.spec, options(hpa));
export const validateAutoscalerUpdate = (hpa: HorizontalPodAutoscaler, old: HorizontalPodAutoscaler): ErrorList =>
  check(hpa.spec, options(hpa, old));
export const validateAutoscalerStatusUpdate = ({ status }: HorizontalPodAutoscaler): ErrorList =>
  counters({ ...status }, ['currentReplicas', 'desiredReplicas'], Path.of('status'));
