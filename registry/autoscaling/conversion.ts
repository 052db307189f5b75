/**
 * Between autoscaling/v2 (stored) and v1, which has room for a CPU target only: the rest travels in annotations.
 * Behaves like upstream pkg/apis/autoscaling/v1/conversion.go.
 */
import type * as v2 from '../../apimachinery/types/autoscaling.gen.ts';
import type * as v1 from '../../apimachinery/types/autoscaling-v1.gen.ts';
import type { ObjectMeta } from '../../apimachinery/types/meta.gen.ts';
import { behaviorFromText, behaviorToText } from './conversion-behavior.ts';
import { metricFromV1, metricToV1, statusFromV1, statusToV1, type V1Metric, type V1Status } from './conversion-metrics.ts';

const PREFIX = 'autoscaling.alpha.kubernetes.io/';
const METRICS = `${PREFIX}metrics`;
const CURRENT_METRICS = `${PREFIX}current-metrics`;
const CONDITIONS = `${PREFIX}conditions`;
const BEHAVIOR = `${PREFIX}behavior`;
/** What v1 has no fields for. */
export const ROUND_TRIP = [METRICS, CURRENT_METRICS, CONDITIONS, BEHAVIOR, `${PREFIX}scale-down-tolerance`, `${PREFIX}scale-up-tolerance`];

/** Annotations without those that only carry what v1 has no fields for. */
export function dropRoundTripAnnotations(metadata: ObjectMeta): void {
  if (!metadata.annotations) return;
  const kept = Object.entries(metadata.annotations).filter(([k]) => !ROUND_TRIP.includes(k));
  if (kept.length === 0) delete metadata.annotations;
  else metadata.annotations = Object.fromEntries(kept);
}

const isCpuTarget = (m: v2.MetricSpec): boolean =>
  m.type === 'Resource' && m.resource?.name === 'cpu' && m.resource.target.averageUtilization !== undefined;
const isCpuStatus = (m: v2.MetricStatus): boolean =>
  m.type === 'Resource' && m.resource?.name === 'cpu' && m.resource.current.averageUtilization !== undefined;

export function fromV2(hpa: v2.HorizontalPodAutoscaler): v1.HorizontalPodAutoscaler {
  const { spec, status, metadata } = hpa;
  dropRoundTripAnnotations(metadata);
  const { metrics = [], behavior, ...restSpec } = spec;
  const { currentMetrics, conditions = [], ...restStatus } = status;
  const carried: Record<string, string> = {};
  const others = metrics.filter((m) => !isCpuTarget(m));
  if (others.length > 0) carried[METRICS] = JSON.stringify(others.map(metricToV1));
  if (currentMetrics && currentMetrics.length > 0) carried[CURRENT_METRICS] = JSON.stringify(currentMetrics.map(statusToV1));
  if (behavior) carried[BEHAVIOR] = behaviorToText(behavior);
  if (conditions.length > 0) carried[CONDITIONS] = JSON.stringify(conditions);
  if (Object.keys(carried).length > 0) metadata.annotations = { ...metadata.annotations, ...carried };
  const cpu = metrics.findLast(isCpuTarget)?.resource?.target.averageUtilization;
  const currentCpu = (currentMetrics ?? []).findLast(isCpuStatus)?.resource?.current.averageUtilization;
  return {
    ...hpa,
    spec: { ...restSpec, ...(cpu !== undefined && { targetCPUUtilizationPercentage: cpu }) },
    status: {
      ...restStatus,
      currentReplicas: restStatus.currentReplicas ?? 0,
      ...(currentCpu !== undefined && { currentCPUUtilizationPercentage: currentCpu }),
    },
  };
}

const cpuMetric = (averageUtilization: number): v2.MetricSpec => ({
  type: 'Resource',
  resource: { name: 'cpu', target: { type: 'Utilization', averageUtilization } },
});

export function toV2(hpa: v1.HorizontalPodAutoscaler): v2.HorizontalPodAutoscaler {
  const { targetCPUUtilizationPercentage: cpu, ...restSpec } = hpa.spec;
  const { currentCPUUtilizationPercentage: currentCpu, ...restStatus } = hpa.status;
  const annotations = hpa.metadata.annotations ?? {};
  const others = (parsed<V1Metric[]>(annotations[METRICS]) ?? []).map(metricFromV1);
  const metrics = [...others, ...(cpu === undefined ? [] : [cpuMetric(cpu)])];
  const behavior = behaviorFromText(annotations[BEHAVIOR]);
  const carriedStatus = parsed<V1Status[]>(annotations[CURRENT_METRICS])?.map(statusFromV1);
  const conditions = parsed<v2.HorizontalPodAutoscalerCondition[]>(annotations[CONDITIONS]);
  dropRoundTripAnnotations(hpa.metadata);
  const currentMetrics =
    carriedStatus ??
    (currentCpu === undefined ? null : [{ type: 'Resource', resource: { name: 'cpu', current: { averageUtilization: currentCpu } } }]);
  return {
    ...hpa,
    spec: { ...restSpec, metrics: metrics.length > 0 ? metrics : [cpuMetric(80)], ...(behavior && { behavior }) },
    status: { ...restStatus, desiredReplicas: restStatus.desiredReplicas ?? 0, currentMetrics, ...(conditions && { conditions }) },
  };
}

/** Undefined for an annotation that is absent or no JSON list: it is ignored. */
function parsed<T extends readonly unknown[]>(text: string | undefined): T | undefined {
  if (text === undefined) return undefined;
  try {
    const value: unknown = JSON.parse(text);
    return Array.isArray(value) ? (value as unknown as T) : undefined;
  } catch (error) {
    if (error instanceof SyntaxError) return undefined;
    throw error;
  }
}
