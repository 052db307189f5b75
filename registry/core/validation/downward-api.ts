/** References to fields and resources of the pod itself. Behaves like upstream pkg/apis/core/validation/validation.go and pkg/apis/core/pods/helpers.go. */
import { parseQuantity } from '../../../apimachinery/quantity.ts';
import type { ObjectFieldSelector, ResourceFieldSelector } from '../../../apimachinery/types/core.gen.ts';
import { invalid, notSupported, required, type FieldError, type Path } from '../../../apimachinery/validation/field.ts';
import { qualifiedName } from './fields.ts';

export const ENV_FIELDS = [
  'metadata.name',
  'metadata.namespace',
  'metadata.uid',
  'spec.nodeName',
  'spec.serviceAccountName',
  'status.hostIP',
  'status.hostIPs',
  'status.podIP',
  'status.podIPs',
];
export const VOLUME_FIELDS = ['metadata.annotations', 'metadata.labels', 'metadata.name', 'metadata.namespace', 'metadata.uid'];
const RESOURCE_FIELDS = [
  'limits.cpu',
  'limits.ephemeral-storage',
  'limits.memory',
  'requests.cpu',
  'requests.ephemeral-storage',
  'requests.memory',
];

const KNOWN = new Set([
  'metadata.name',
  'metadata.namespace',
  'metadata.uid',
  'metadata.labels',
  'metadata.annotations',
  'spec.nodeName',
  'spec.restartPolicy',
  'spec.serviceAccountName',
  'spec.schedulerName',
  'status.phase',
  'status.hostIP',
  'status.hostIPs',
  'status.podIP',
  'status.podIPs',
  'spec.host',
]);

function split(fieldPath: string): { path: string; subscript?: string } {
  const match = /^(.*)\['(.*)'\]$/s.exec(fieldPath);
  return match && match[1] ? { path: match[1], subscript: match[2] ?? '' } : { path: fieldPath };
}

function conversionError(apiVersion: string, fieldPath: string): string | undefined {
  if (apiVersion !== 'v1') return `unsupported pod version: ${apiVersion}`;
  const { path, subscript } = split(fieldPath);
  if (subscript !== undefined)
    return path === 'metadata.annotations' || path === 'metadata.labels'
      ? undefined
      : `field label does not support subscript: ${fieldPath}`;
  return KNOWN.has(path) ? undefined : `field label not supported: ${fieldPath}`;
}

export function fieldRef(ref: ObjectFieldSelector, allowed: readonly string[], path: Path): FieldError[] {
  if (!ref.apiVersion) return [required(path.child('apiVersion'))];
  if (!ref.fieldPath) return [required(path.child('fieldPath'))];
  const problem = conversionError(ref.apiVersion, ref.fieldPath);
  if (problem) return [invalid(path.child('fieldPath'), ref.fieldPath, `error converting fieldPath: ${problem}`)];
  const { path: field, subscript } = split(ref.fieldPath === 'spec.host' ? 'spec.nodeName' : ref.fieldPath);
  if (subscript !== undefined) return qualifiedName(field === 'metadata.annotations' ? subscript.toLowerCase() : subscript, path);
  return allowed.includes(field) ? [] : [notSupported(path.child('fieldPath'), field, allowed)];
}

const SIZES = ['1', '1k', '1M', '1G', '1T', '1P', '1E', '1Ki', '1Mi', '1Gi', '1Ti', '1Pi', '1Ei'];

function divisor(resource: string, text: string | undefined, path: Path): FieldError[] {
  const quantity = text === undefined ? undefined : parseQuantity(text);
  if (!quantity || quantity.isZero()) return [];
  const value = quantity.toString();
  const field = path.child('divisor');
  if (resource.endsWith('.cpu'))
    return ['1m', '1'].includes(value)
      ? []
      : [invalid(field, resource, "only divisor's values 1m and 1 are supported with the cpu resource")];
  const what = /^(?:limits|requests)\.(memory|ephemeral-storage|hugepages-)/.exec(resource)?.[1];
  if (what === undefined || SIZES.includes(value)) return [];
  const name = what === 'memory' ? 'memory' : what === 'hugepages-' ? 'hugepages' : 'local ephemeral storage';
  return [invalid(field, resource, `only divisor's values ${SIZES.join(', ')} are supported with the ${name} resource`)];
}

export function resourceFieldRef(ref: ResourceFieldSelector, path: Path, isVolume: boolean): FieldError[] {
  const resource = ref.resource ?? '';
  const isKnown =
    RESOURCE_FIELDS.includes(resource) || resource.startsWith('requests.hugepages-') || resource.startsWith('limits.hugepages-');
  const errors: FieldError[] = [];
  if (isVolume && !ref.containerName) errors.push(required(path.child('containerName')));
  else if (resource === '') errors.push(required(path.child('resource')));
  else if (!isKnown) errors.push(notSupported(path.child('resource'), resource, RESOURCE_FIELDS));
  return [...errors, ...divisor(resource, ref.divisor, path)];
}
