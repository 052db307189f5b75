/** The Targets column. Behaves like upstream pkg/printers/internalversion/printers.go (formatHPAMetrics). */
import type {
  HorizontalPodAutoscaler,
  MetricSpec,
  MetricStatus,
  MetricTarget,
  MetricValueStatus,
} from '../../apimachinery/types/autoscaling.gen.ts';
import type { DeepReadonly } from '../../apimachinery/types/type.ts';

type Target = DeepReadonly<MetricTarget> | undefined;
type Current = DeepReadonly<MetricValueStatus> | undefined;

const UNKNOWN = '<unknown>';

function valueOrAverage(target: Target, current: Current, status: unknown): string {
  if (target?.averageValue !== undefined) return `${current?.averageValue ?? UNKNOWN}/${target.averageValue} (avg)`;
  return `${status ? (current?.value ?? '<nil>') : UNKNOWN}/${target?.value ?? '<nil>'}`;
}

function utilization(name: string, target: Target, current: Current, status: unknown): string {
  if (target?.averageValue !== undefined) return `${name}: ${status ? (current?.averageValue ?? '<nil>') : UNKNOWN}/${target.averageValue}`;
  const percent = (n: number | undefined, otherwise: string): string => (n === undefined ? otherwise : `${n}%`);
  return `${name}: ${percent(current?.averageUtilization, UNKNOWN)}/${percent(target?.averageUtilization, '<auto>')}`;
}

function metricText(spec: DeepReadonly<MetricSpec>, status: DeepReadonly<MetricStatus> | undefined): string {
  switch (spec.type) {
    case 'External':
      return valueOrAverage(spec.external?.target, status?.external?.current, status?.external);
    case 'Object':
      return valueOrAverage(spec.object?.target, status?.object?.current, status?.object);
    case 'Pods':
      return `${status?.pods ? (status.pods.current?.averageValue ?? '<nil>') : UNKNOWN}/${spec.pods?.target.averageValue ?? '<nil>'}`;
    case 'Resource':
      return utilization(spec.resource?.name ?? '', spec.resource?.target, status?.resource?.current, status?.resource);
    case 'ContainerResource':
      return utilization(
        spec.containerResource?.name ?? '',
        spec.containerResource?.target,
        status?.containerResource?.current,
        status?.containerResource,
      );
    default:
      return '<unknown type>';
  }
}

export function metricsText({ spec, status }: DeepReadonly<HorizontalPodAutoscaler>): string {
  const metrics = spec.metrics ?? [];
  if (metrics.length === 0) return '<none>';
  const list = metrics.map((m, i) => metricText(m, (status.currentMetrics ?? [])[i]));
  return list.length > 2 ? `${list.slice(0, 2).join(', ')} + ${list.length - 2} more...` : list.join(', ');
}
