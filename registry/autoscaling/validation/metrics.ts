/** Metrics of autoscalers. Behaves like upstream pkg/apis/autoscaling/validation/validation.go (validateMetrics). */
import { own } from '../../../apimachinery/own.ts';
import { parseQuantity } from '../../../apimachinery/quantity.ts';
import type {
  CrossVersionObjectReference,
  MetricIdentifier,
  MetricSpec,
  MetricTarget,
} from '../../../apimachinery/types/autoscaling.gen.ts';
import { forbidden, invalid, notSupported, required, type FieldError, type Path } from '../../../apimachinery/validation/field.ts';
import { isValidPathSegmentName } from '../../../apimachinery/validation/names.ts';
import { dnsLabel } from '../../core/validation/fields.ts';
import { each } from '../../core/validation/format.ts';
import { containerResourceName } from '../../core/validation/resource-names.ts';

export interface ReferenceOptions {
  readonly allowEmptyGroup: boolean;
  readonly allowInvalidVersion: boolean;
}

const segment = (text: string | undefined, path: Path, missing = ''): FieldError[] =>
  text ? each(path, text, isValidPathSegmentName(text)) : [required(path, missing)];

/** Why the apiVersion of a reference is wrong. */
export function versionProblem(apiVersion: string, { allowEmptyGroup, allowInvalidVersion }: ReferenceOptions): string | undefined {
  const parts = apiVersion.split('/');
  if (allowInvalidVersion) return undefined;
  if (parts.length > 2) return `unexpected GroupVersion string: ${apiVersion}`;
  const group = parts.length === 2 ? parts[0] : '';
  return group === '' && !allowEmptyGroup ? 'apiVersion must specify API group' : undefined;
}

export function objectReference(ref: CrossVersionObjectReference, path: Path, options: ReferenceOptions): FieldError[] {
  const version = ref.apiVersion ?? '';
  const problem = versionProblem(version, options);
  return [
    ...segment(ref.kind, path.child('kind')),
    ...segment(ref.name, path.child('name')),
    ...(problem ? [invalid(path.child('apiVersion'), version, problem)] : []),
  ];
}

const TARGETS = ['Utilization', 'Value', 'AverageValue'];

function target(t: MetricTarget, path: Path): FieldError[] {
  const type = t.type ?? '';
  const positive = (field: 'value' | 'averageValue'): FieldError[] => {
    const text = t[field];
    return text !== undefined && parseQuantity(text).sign() !== 1 ? [invalid(path.child(field), text, 'must be positive')] : [];
  };
  const utilization = t.averageUtilization;
  return [
    ...(type === '' ? [required(path.child('type'), 'must specify a metric target type')] : []),
    ...(TARGETS.includes(type) ? [] : [invalid(path.child('type'), type, 'must be either Utilization, Value, or AverageValue')]),
    ...positive('value'),
    ...positive('averageValue'),
    ...(utilization !== undefined && utilization < 1
      ? [invalid(path.child('averageUtilization'), utilization, 'must be greater than 0')]
      : []),
  ];
}

const identifier = (id: MetricIdentifier | undefined, path: Path): FieldError[] =>
  segment(id?.name, path.child('name'), 'must specify a metric name');

function object(source: NonNullable<MetricSpec['object']>, path: Path, options: ReferenceOptions): FieldError[] {
  const at = path.child('target');
  const isSet = source.target.value !== undefined || source.target.averageValue !== undefined;
  return [
    ...objectReference(source.describedObject, path.child('describedObject'), options),
    ...identifier(source.metric, path.child('metric')),
    ...target(source.target, at),
    ...(isSet ? [] : [required(at.child('averageValue'), 'must set either a target value or averageValue')]),
  ];
}

function external(source: NonNullable<MetricSpec['external']>, path: Path): FieldError[] {
  const at = path.child('target');
  const { value, averageValue } = source.target;
  return [
    ...identifier(source.metric, path.child('metric')),
    ...target(source.target, at),
    ...(value === undefined && averageValue === undefined
      ? [required(at.child('averageValue'), 'must set either a target value for metric or a per-pod target')]
      : []),
    ...(value !== undefined && averageValue !== undefined
      ? [forbidden(at.child('value'), 'may not set both a target value for metric and a per-pod target')]
      : []),
  ];
}

function pods(source: NonNullable<MetricSpec['pods']>, path: Path): FieldError[] {
  const at = path.child('target');
  return [
    ...identifier(source.metric, path.child('metric')),
    ...target(source.target, at),
    ...(source.target.averageValue === undefined
      ? [required(at.child('averageValue'), 'must specify a positive target averageValue')]
      : []),
  ];
}

function utilizationTarget(t: MetricTarget, path: Path): FieldError[] {
  const { averageUtilization, averageValue } = t;
  return [
    ...target(t, path),
    ...(averageUtilization === undefined && averageValue === undefined
      ? [required(path.child('averageUtilization'), 'must set either a target raw value or a target utilization')]
      : []),
    ...(averageUtilization !== undefined && averageValue !== undefined
      ? [forbidden(path.child('averageValue'), 'may not set both a target raw value and a target utilization')]
      : []),
  ];
}

function resource(source: NonNullable<MetricSpec['resource']>, path: Path): FieldError[] {
  return [
    ...(source.name ? [] : [required(path.child('name'), 'must specify a resource name')]),
    ...utilizationTarget(source.target, path.child('target')),
  ];
}

function containerResource({ name, container, target: t }: NonNullable<MetricSpec['containerResource']>, path: Path): FieldError[] {
  return [
    ...(name ? containerResourceName(name, path.child('name')) : [required(path.child('name'), 'must specify a resource name')]),
    ...(container ? dnsLabel(container, path.child('container')) : [required(path.child('container'), 'must specify a container')]),
    ...utilizationTarget(t, path.child('target')),
  ];
}

type Source = 'object' | 'external' | 'pods' | 'resource' | 'containerResource';

/** In upstream's order: the first one given is looked at. */
const ORDER: readonly Source[] = ['object', 'external', 'pods', 'resource', 'containerResource'];
const FIELDS: Readonly<Record<string, Source>> = {
  Object: 'object',
  Pods: 'pods',
  Resource: 'resource',
  External: 'external',
  ContainerResource: 'containerResource',
};
const TYPES = Object.keys(FIELDS).sort();

function source(spec: MetricSpec, path: Path, options: ReferenceOptions): FieldError[] {
  if (spec.object) return object(spec.object, path.child('object'), options);
  if (spec.external) return external(spec.external, path.child('external'));
  if (spec.pods) return pods(spec.pods, path.child('pods'));
  if (spec.resource) return resource(spec.resource, path.child('resource'));
  return spec.containerResource ? containerResource(spec.containerResource, path.child('containerResource')) : [];
}

export function metric(spec: MetricSpec, path: Path, options: ReferenceOptions): FieldError[] {
  const type = spec.type ?? '';
  const expected = own(FIELDS, type);
  const at = path.child('type');
  const unknown = expected ? [] : [notSupported(at, type, TYPES)];
  const given = ORDER.filter((field) => spec[field] !== undefined);
  const others = given.length === 1 ? [] : given.filter((field) => field !== expected);
  return [
    ...(type === '' ? [required(at, 'must specify a metric source type')] : []),
    ...unknown,
    ...source(spec, path, options),
    ...(expected && spec[expected] === undefined
      ? [required(path.child(expected), 'must populate information for the given metric source')]
      : []),
    ...unknown,
    ...others.map((field) => forbidden(path.child(field), 'must populate the given metric source only')),
  ];
}
