/** Metrics between autoscaling/v2 and the older form that annotations of autoscaling/v1 carry. Behaves like upstream pkg/apis/autoscaling/v1/conversion.go. */
import type {
  CrossVersionObjectReference,
  MetricSpec,
  MetricStatus,
  MetricTarget,
  MetricValueStatus,
} from '../../apimachinery/types/autoscaling.gen.ts';
import type { LabelSelector } from '../../apimachinery/types/meta.gen.ts';

type Selector = LabelSelector | undefined;

export interface V1Metric {
  type: string;
  object?: { target: CrossVersionObjectReference; metricName: string; targetValue: string; selector?: Selector; averageValue?: string };
  pods?: { metricName: string; targetAverageValue: string; selector?: Selector };
  resource?: { name: string; targetAverageUtilization?: number; targetAverageValue?: string };
  containerResource?: { name: string; targetAverageUtilization?: number; targetAverageValue?: string; container: string };
  external?: { metricName: string; metricSelector?: Selector; targetValue?: string; targetAverageValue?: string };
}
export interface V1Status {
  type: string;
  object?: { target: CrossVersionObjectReference; metricName: string; currentValue: string; selector?: Selector; averageValue?: string };
  pods?: { metricName: string; currentAverageValue: string; selector?: Selector };
  resource?: { name: string; currentAverageUtilization?: number; currentAverageValue: string };
  containerResource?: { name: string; currentAverageUtilization?: number; currentAverageValue: string; container: string };
  external?: { metricName: string; metricSelector?: Selector; currentValue: string; currentAverageValue?: string };
}

export function metricToV1({ type, object, pods, resource, containerResource, external }: MetricSpec): V1Metric {
  return {
    type,
    ...(object && {
      object: {
        target: object.describedObject,
        metricName: object.metric.name,
        targetValue: object.target.value ?? '0',
        selector: object.metric.selector,
        averageValue: object.target.averageValue,
      },
    }),
    ...(pods && {
      pods: { metricName: pods.metric.name, targetAverageValue: pods.target.averageValue ?? '0', selector: pods.metric.selector },
    }),
    ...(resource && {
      resource: {
        name: resource.name,
        targetAverageUtilization: resource.target.averageUtilization,
        targetAverageValue: resource.target.averageValue,
      },
    }),
    ...(containerResource && {
      containerResource: {
        name: containerResource.name,
        targetAverageUtilization: containerResource.target.averageUtilization,
        targetAverageValue: containerResource.target.averageValue,
        container: containerResource.container,
      },
    }),
    ...(external && {
      external: {
        metricName: external.metric.name,
        metricSelector: external.metric.selector,
        targetValue: external.target.value,
        targetAverageValue: external.target.averageValue,
      },
    }),
  };
}

const identifier = (name: string, selector: Selector): { name: string; selector?: LabelSelector } => ({
  name,
  ...(selector && { selector }),
});

/** Without the parts that are not set. */
function target(type: string, parts: Omit<MetricTarget, 'type'>): MetricTarget {
  return { type, ...present(parts) };
}

function present<T extends object>(parts: T): T {
  return Object.fromEntries(Object.entries(parts).filter(([, v]) => v !== undefined)) as T;
}

const utilizationTarget = (r: { targetAverageUtilization?: number; targetAverageValue?: string }): MetricTarget =>
  target(r.targetAverageUtilization === undefined ? 'AverageValue' : 'Utilization', {
    averageUtilization: r.targetAverageUtilization,
    averageValue: r.targetAverageValue,
  });

export function metricFromV1({ type, object, pods, resource, containerResource, external }: V1Metric): MetricSpec {
  return {
    type,
    ...(object && {
      object: {
        describedObject: object.target,
        target: target(object.averageValue === undefined ? 'Value' : 'AverageValue', {
          value: object.targetValue,
          averageValue: object.averageValue,
        }),
        metric: identifier(object.metricName, object.selector),
      },
    }),
    ...(pods && {
      pods: {
        metric: identifier(pods.metricName, pods.selector),
        target: target('AverageValue', { averageValue: pods.targetAverageValue }),
      },
    }),
    ...(resource && { resource: { name: resource.name, target: utilizationTarget(resource) } }),
    ...(containerResource && {
      containerResource: {
        name: containerResource.name,
        target: utilizationTarget(containerResource),
        container: containerResource.container,
      },
    }),
    ...(external && {
      external: {
        metric: identifier(external.metricName, external.metricSelector),
        target: target(external.targetValue === undefined ? 'AverageValue' : 'Value', {
          value: external.targetValue,
          averageValue: external.targetAverageValue,
        }),
      },
    }),
  };
}

export function statusToV1({ type, object, pods, resource, containerResource, external }: MetricStatus): V1Status {
  return {
    type,
    ...(object && {
      object: {
        target: object.describedObject,
        metricName: object.metric.name,
        currentValue: object.current.value ?? '0',
        selector: object.metric.selector,
        averageValue: object.current.averageValue,
      },
    }),
    ...(pods && {
      pods: { metricName: pods.metric.name, currentAverageValue: pods.current.averageValue ?? '0', selector: pods.metric.selector },
    }),
    ...(resource && { resource: { name: resource.name, ...utilizationStatus(resource.current) } }),
    ...(containerResource && {
      containerResource: {
        name: containerResource.name,
        ...utilizationStatus(containerResource.current),
        container: containerResource.container,
      },
    }),
    ...(external && {
      external: {
        metricName: external.metric.name,
        metricSelector: external.metric.selector,
        currentValue: external.current.value ?? '0',
        currentAverageValue: external.current.averageValue,
      },
    }),
  };
}

const utilizationStatus = (current: MetricValueStatus): { currentAverageUtilization?: number; currentAverageValue: string } => ({
  currentAverageUtilization: current.averageUtilization,
  currentAverageValue: current.averageValue ?? '0',
});

const utilizationValue = (r: { currentAverageUtilization?: number; currentAverageValue: string }): MetricValueStatus =>
  present({ averageUtilization: r.currentAverageUtilization, averageValue: r.currentAverageValue });

export function statusFromV1({ type, object, pods, resource, containerResource, external }: V1Status): MetricStatus {
  return {
    type,
    ...(object && {
      object: {
        metric: identifier(object.metricName, object.selector),
        current: present({ value: object.currentValue, averageValue: object.averageValue }),
        describedObject: object.target,
      },
    }),
    ...(pods && { pods: { metric: identifier(pods.metricName, pods.selector), current: { averageValue: pods.currentAverageValue } } }),
    ...(resource && { resource: { name: resource.name, current: utilizationValue(resource) } }),
    ...(containerResource && {
      containerResource: {
        name: containerResource.name,
        current: utilizationValue(containerResource),
        container: containerResource.container,
      },
    }),
    ...(external && {
      external: {
        metric: identifier(external.metricName, external.metricSelector),
        current: present({ value: external.currentValue, averageValue: external.currentAverageValue }),
      },
    }),
  };
}
