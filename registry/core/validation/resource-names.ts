/** Names and amounts of compute resources. Behaves like upstream pkg/apis/core/helper/helpers.go and pkg/apis/core/validation/validation.go. */
import { parseQuantity, type Quantity } from '../../../apimachinery/quantity.ts';
import { invalid, notSupported, type FieldError, type Path } from '../../../apimachinery/validation/field.ts';
import { isHugePages, isPodLevelResource } from '../pods/resources.ts';
import { each, isQualifiedName } from './format.ts';

const STANDARD_CONTAINER = new Set(['cpu', 'memory', 'ephemeral-storage']);
const COUNTED = [
  'pods',
  'services',
  'replicationcontrollers',
  'secrets',
  'configmaps',
  'persistentvolumeclaims',
  'services.nodeports',
  'services.loadbalancers',
  'resourcequotas',
];
const SUMS = [
  'requests.cpu',
  'requests.memory',
  'requests.storage',
  'requests.ephemeral-storage',
  'limits.cpu',
  'limits.memory',
  'limits.ephemeral-storage',
];
const STANDARD_QUOTA = new Set(['cpu', 'memory', 'ephemeral-storage', ...SUMS, ...COUNTED]);
const STANDARD = new Set([...STANDARD_QUOTA, 'storage']);
const INTEGER = new Set(COUNTED);

export const isNativeResource = (name: string): boolean => !name.includes('/') || name.includes('kubernetes.io/');
export const isOvercommitAllowed = (name: string): boolean => isNativeResource(name) && !isHugePages(name);

const isRequestsHugePages = (name: string): boolean => name.startsWith('requests.hugepages-');
export const isStandardResource = (name: string): boolean => STANDARD.has(name) || isRequestsHugePages(name) || isHugePages(name);
export const isStandardQuotaResource = (name: string): boolean =>
  STANDARD_QUOTA.has(name) || isRequestsHugePages(name) || isHugePages(name);

/** Fully qualified, outside kubernetes.io, and usable in a quota as requests.NAME. */
export function isExtendedResource(name: string): boolean {
  return !isNativeResource(name) && !name.startsWith('requests.') && isQualifiedName(`requests.${name}`).length === 0;
}

export const isIntegerResource = (name: string): boolean => INTEGER.has(name) || isExtendedResource(name);

export function resourceName(name: string, path: Path, errors: FieldError[] = []): FieldError[] {
  const messages = isQualifiedName(name);
  if (messages.length > 0) return each(path, name, messages, errors);
  if (!name.includes('/') && !isStandardResource(name)) errors.push(invalid(path, name, 'must be a standard resource type or fully qualified'));
  return errors;
}

export function containerResourceName(name: string, path: Path, errors: FieldError[] = []): FieldError[] {
  if (STANDARD_CONTAINER.has(name)) return errors;
  resourceName(name, path, errors);
  if (!name.includes('/')) {
    if (!isHugePages(name)) errors.push(invalid(path, name, 'must be a standard resource for containers'));
  } else if (!isNativeResource(name) && !isExtendedResource(name)) errors.push(invalid(path, name, "doesn't follow extended resource name standard"));
  return errors;
}

export function podResourceName(name: string, path: Path, errors: FieldError[] = []): FieldError[] {
  const found = resourceName(name, path);
  if (found.length > 0) errors.push(...found);
  else if (!isPodLevelResource(name)) errors.push(notSupported(path, name, ['cpu', 'hugepages-', 'memory']));
  return errors;
}

export function quotaResourceName(name: string, path: Path, errors: FieldError[] = []): FieldError[] {
  resourceName(name, path, errors);
  if (!name.includes('/') && !isStandardQuotaResource(name)) errors.push(invalid(path, name, 'must be a standard resource for quota'));
  return errors;
}

export function nonNegativeQuantity(quantity: Quantity, path: Path, errors: FieldError[] = []): FieldError[] {
  if (quantity.sign() < 0) errors.push(invalid(path, quantity.toString(), 'must be greater than or equal to 0'));
  return errors;
}

/** Not negative, and whole where it counts things. */
export function resourceQuantity(name: string, text: string, path: Path, errors: FieldError[] = []): FieldError[] {
  const isCount = isIntegerResource(name);
  if (!isCount && !text.startsWith('-')) return errors;
  const quantity = parseQuantity(text);
  nonNegativeQuantity(quantity, path, errors);
  if (isCount && quantity.scaledValue(-3) % 1000n !== 0n) errors.push(invalid(path, text, 'must be an integer'));
  return errors;
}

/** Undefined for what is no huge page size. */
function hugePageSize(name: string): Quantity | undefined {
  try {
    return parseQuantity(name.slice('hugepages-'.length));
  } catch (error) {
    if (error instanceof Error && error.name === 'QuantityError') return undefined;
    throw error;
  }
}

export function isHugePageDivisible(name: string, quantity: Quantity): boolean {
  const size = hugePageSize(name)?.scaledValue(0) ?? 0n;
  return size > 0n && quantity.scaledValue(0) % size === 0n;
}
