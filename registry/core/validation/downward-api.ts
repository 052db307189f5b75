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

export function fieldRef(ref: ObjectFieldSelector, allowed: readonly string[], path: Path, errors: FieldError[] = []): FieldError[] {
  if (!ref.apiVersion) errors.push(required(path.child('apiVersion')));
  else if (!ref.fieldPath) errors.push(required(path.child('fieldPath')));
  else if (ref.apiVersion !== 'v1' || !allowed.includes(ref.fieldPath)) otherField(ref, allowed, path, errors);
  return errors;
}

/** A field with a subscript, by its older name, or one that is not allowed. */
function otherField({ apiVersion, fieldPath }: ObjectFieldSelector, allowed: readonly string[], path: Path, errors: FieldError[]): void {
  const problem = conversionError(apiVersion ?? '', fieldPath);
  const { path: field, subscript } = split(fieldPath === 'spec.host' ? 'spec.nodeName' : fieldPath);
  if (problem) errors.push(invalid(path.child('fieldPath'), fieldPath, `error converting fieldPath: ${problem}`));
  else if (subscript !== undefined) qualifiedName(field === 'metadata.annotations' ? subscript.toLowerCase() : subscript, path, errors);
  else if (!allowed.includes(field)) errors.push(notSupported(path.child('fieldPath'), field, allowed));
}

const SIZES = ['1', '1k', '1M', '1G', '1T', '1P', '1E', '1Ki', '1Mi', '1Gi', '1Ti', '1Pi', '1Ei'];

function divisor(resource: string, text: string | undefined, path: Path, errors: FieldError[]): void {
  const quantity = text === undefined ? undefined : parseQuantity(text);
  if (!quantity || quantity.isZero()) return;
  const value = quantity.toString();
  if (resource.endsWith('.cpu')) {
    if (value !== '1m' && value !== '1') errors.push(invalid(path, resource, "only divisor's values 1m and 1 are supported with the cpu resource"));
    return;
  }
  const what = /^(?:limits|requests)\.(memory|ephemeral-storage|hugepages-)/.exec(resource)?.[1];
  if (what === undefined || SIZES.includes(value)) return;
  const name = what === 'memory' ? 'memory' : what === 'hugepages-' ? 'hugepages' : 'local ephemeral storage';
  errors.push(invalid(path, resource, `only divisor's values ${SIZES.join(', ')} are supported with the ${name} resource`));
}

const isHugePagesField = (resource: string): boolean => resource.startsWith('requests.hugepages-') || resource.startsWith('limits.hugepages-');

export function resourceFieldRef(ref: ResourceFieldSelector, path: Path, isVolume: boolean, errors: FieldError[] = []): FieldError[] {
  const resource = ref.resource ?? '';
  if (isVolume && !ref.containerName) errors.push(required(path.child('containerName')));
  else if (resource === '') errors.push(required(path.child('resource')));
  else if (!RESOURCE_FIELDS.includes(resource) && !isHugePagesField(resource)) errors.push(notSupported(path.child('resource'), resource, RESOURCE_FIELDS));
  divisor(resource, ref.divisor, path.child('divisor'), errors);
  return errors;
}
