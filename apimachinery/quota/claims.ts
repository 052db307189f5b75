/** What claims of volumes and devices use of a quota. Behaves like upstream pkg/quota/v1/evaluator/core (persistent_volume_claims.go, resource_claims.go). */
import type { Obj } from '../meta.ts';
import { newQuantity, parseQuantity, type Quantity } from '../quantity.ts';
import type * as core from '../types/core.gen.ts';
import type * as resource from '../types/resource.gen.ts';
import type { DeepReadonly } from '../types/type.ts';
import type { Evaluator } from './evaluator.ts';
import { matchesValues } from './pods.ts';
import { ONE, type MutableResourceList, type ResourceList } from './resource-list.ts';

type Claim = DeepReadonly<core.PersistentVolumeClaim>;

const CLAIMS = 'persistentvolumeclaims';
const STORAGE = 'requests.storage';
const OF_CLASS = '.storageclass.storage.k8s.io/';

export const volumeClaimEvaluator: Evaluator = {
  groupResource: { group: '', resource: CLAIMS },
  handles({ operation, subresource, object, oldObject }) {
    if (subresource === '') return operation === 'CREATE' || operation === 'UPDATE';
    return subresource === 'status' && object !== undefined && oldObject !== undefined && isReplenished(claimOf(object), claimOf(oldObject));
  },
  matchingResources: (names) => names.filter((n) => n === `count/${CLAIMS}` || n === CLAIMS || n === STORAGE || n.endsWith(OF_CLASS + CLAIMS) || n.endsWith(OF_CLASS + STORAGE)),
  matchesScope: (selector, obj) => selector.scopeName === 'VolumeAttributesClass' && matchesValues(selector, attributesClasses(claimOf(obj))),
  usage: (obj) => volumeUsage(claimOf(obj)),
};

const claimOf = (obj: DeepReadonly<Obj>): Claim => obj as unknown as Claim;

function attributesClasses({ spec, status }: Claim): readonly string[] {
  const names = [spec.volumeAttributesClassName, status?.currentVolumeAttributesClassName, status?.modifyVolumeStatus?.targetVolumeAttributesClassName];
  return [...new Set(names.filter((n): n is string => typeof n === 'string' && n !== ''))];
}

function isReplenished(next: Claim, old: Claim): boolean {
  const allocated = (c: Claim): string | undefined => c.status?.allocatedResources?.['storage'];
  return allocated(next) !== allocated(old) || attributesClasses(next).join() !== attributesClasses(old).join();
}

function volumeUsage(claim: Claim): ResourceList {
  const result: MutableResourceList = new Map([[CLAIMS, ONE], [`count/${CLAIMS}`, ONE]]);
  const className = claim.metadata.annotations?.['volume.beta.kubernetes.io/storage-class'] ?? claim.spec.storageClassName ?? '';
  if (className !== '') result.set(className + OF_CLASS + CLAIMS, ONE);
  const storage = storageOf(claim);
  if (storage) result.set(STORAGE, storage);
  if (storage && className !== '') result.set(className + OF_CLASS + STORAGE, storage);
  return result;
}

/** Whole bytes; of a claim that grows, what is allocated already. */
function storageOf({ spec, status }: Claim): Quantity | undefined {
  const asked = spec.resources?.requests?.['storage'];
  if (asked === undefined) return undefined;
  const request = parseQuantity(asked).roundUp(0);
  const allocated = status?.allocatedResources?.['storage'];
  const given = allocated === undefined ? undefined : parseQuantity(allocated).roundUp(0);
  return given && given.cmp(request) > 0 ? given : request;
}

const OF_DEVICE_CLASS = '.deviceclass.resource.k8s.io/devices';
/** How many devices "all of them" may be at most. */
const ALL_DEVICES = 32;

interface DeviceRequest {
  readonly deviceClassName: string;
  readonly allocationMode?: string | undefined;
  readonly count?: number | undefined;
}

export const resourceClaimEvaluator: Evaluator = {
  groupResource: { group: 'resource.k8s.io', resource: 'resourceclaims' },
  handles: ({ operation, subresource }) => subresource === '' && (operation === 'CREATE' || operation === 'UPDATE'),
  matchingResources: (names) => names.filter((n) => n === 'count/resourceclaims.resource.k8s.io' || n.endsWith(OF_DEVICE_CLASS)),
  matchesScope: () => false,
  usage: (obj) => deviceUsage(obj as unknown as DeepReadonly<resource.ResourceClaim>),
};

function deviceCount({ allocationMode, count }: DeviceRequest): number {
  if (allocationMode === 'All') return ALL_DEVICES;
  return allocationMode === 'ExactCount' ? (count ?? 0) : 0;
}

/** Of alternatives, the most that each class may lose. */
function deviceUsage({ spec }: DeepReadonly<resource.ResourceClaim>): ResourceList {
  const counts = new Map<string, number>();
  for (const request of spec.devices?.requests ?? []) {
    const alternatives = (request.firstAvailable ?? []) as readonly DeviceRequest[];
    const most = new Map<string, number>();
    for (const device of alternatives.length > 0 ? alternatives : request.exactly ? [request.exactly as DeviceRequest] : []) {
      most.set(device.deviceClassName, Math.max(most.get(device.deviceClassName) ?? 0, deviceCount(device)));
    }
    for (const [name, count] of most) counts.set(name, (counts.get(name) ?? 0) + count);
  }
  const result: MutableResourceList = new Map([['count/resourceclaims.resource.k8s.io', ONE]]);
  for (const [name, count] of counts) result.set(name + OF_DEVICE_CLASS, newQuantity(count, 'DecimalSI'));
  return result;
}
