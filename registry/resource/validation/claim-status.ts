/** What a claim got. Behaves like upstream pkg/apis/resource/validation/validation.go (validateResourceClaimStatusUpdate). */
import type {
  AllocatedDeviceStatus,
  AllocationResult,
  DeviceAllocationConfiguration,
  DeviceRequestAllocationResult,
  NetworkDeviceData,
  ResourceClaim,
  ResourceClaimConsumerReference,
} from '../../../apimachinery/types/resource.gen.ts';
import {
  forbidden,
  invalid,
  notSupported,
  Path,
  required,
  tooLong,
  tooMany,
  type FieldError,
} from '../../../apimachinery/validation/field.ts';
import { isValidInterfaceAddress } from '../../../apimachinery/validation/ip.ts';
import { semanticEqual } from '../../core/equality.ts';
import { conditions, dnsLabel, IMMUTABLE, requiredText } from '../../core/validation/fields.ts';
import { byteLength } from '../../core/validation/format.ts';
import { nodeSelector } from '../../core/validation/node-selector.ts';
import { bindingConditions } from './binding-conditions.ts';
import { configuration, DATA_LIMIT, rawObject, requestNames, requestReference, requestReferences } from './claim-spec.ts';
import { driverName, limited, poolName, uid, unique } from './names.ts';

const STATUS = Path.of('status');
const RESERVED = STATUS.child('reservedFor');
const MOST_CONSUMERS = 256;
const MOST_RESULTS = 32;
const MOST_CONFIGS = 64;
const MOST_CONDITIONS = 8;
const MOST_ADDRESSES = 16;

function consumer(ref: ResourceClaimConsumerReference, path: Path): FieldError[] {
  return [
    ...requiredText(ref.resource, path.child('resource')),
    ...requiredText(ref.name, path.child('name')),
    ...requiredText(ref.uid, path.child('uid')),
  ];
}

type DeviceKey = Pick<AllocatedDeviceStatus, 'driver' | 'pool' | 'device' | 'shareID'>;
const keyOf = ({ driver, pool, device, shareID }: DeviceKey): string =>
  `${driver}/${pool}/${device}${shareID === undefined ? '' : `/${shareID}`}`;

/** How upstream prints its internal type. */
const internalID = ({ driver, pool, device, shareID }: DeviceKey): unknown => ({ Driver: driver, Pool: pool, Device: device, ShareID: shareID ?? '' });

function network(data: NetworkDeviceData | undefined, path: Path): FieldError[] {
  if (!data) return [];
  return [
    ...(byteLength(data.interfaceName ?? '') > 256 ? [tooLong(path.child('interfaceName'), 256)] : []),
    ...(byteLength(data.hardwareAddress ?? '') > 128 ? [tooLong(path.child('hardwareAddress'), 128)] : []),
    ...unique(
      data.ips,
      MOST_ADDRESSES,
      (ip, at) => [...isValidInterfaceAddress(at, ip)],
      (ip) => ip,
      path.child('ips'),
    ),
  ];
}

function deviceStatus(d: AllocatedDeviceStatus, path: Path, allocated: ReadonlySet<string>): FieldError[] {
  const count = (d.conditions ?? []).length;
  const at = path.child('conditions');
  return [
    ...driverName(d.driver, path.child('driver')),
    ...poolName(d.pool ?? '', path.child('pool')),
    ...dnsLabel(d.device ?? '', path.child('device')),
    ...(d.shareID === undefined ? [] : uid(d.shareID, path.child('shareID'))),
    ...(allocated.has(keyOf(d)) ? [] : [invalid(path, internalID(d), 'must be an allocated device in the claim')]),
    ...(count > MOST_CONDITIONS ? [tooMany(at, count, MOST_CONDITIONS)] : []),
    ...conditions(d.conditions ?? undefined, at),
    ...(d.data === undefined || d.data === null ? [] : rawObject(d.data, path.child('data'), DATA_LIMIT)),
    ...network(d.networkData, path.child('networkData')),
  ];
}

type Names = ReadonlySet<string>;

function result(r: DeviceRequestAllocationResult, path: Path, names: Names): FieldError[] {
  return [
    ...requestReference(r.request ?? '', path.child('request'), names),
    ...driverName(r.driver, path.child('driver')),
    ...poolName(r.pool ?? '', path.child('pool')),
    ...dnsLabel(r.device ?? '', path.child('device')),
    ...bindingConditions(r, path),
    ...(r.shareID === undefined ? [] : uid(r.shareID, path.child('shareID'))),
  ];
}

const SOURCES = ['FromClaim', 'FromClass'];

function config(c: DeviceAllocationConfiguration, path: Path, names: Names): FieldError[] {
  const at = path.child('source');
  return [
    ...(c.source ? (SOURCES.includes(c.source) ? [] : [notSupported(at, c.source, SOURCES)]) : [required(at)]),
    ...requestReferences(c.requests, path.child('requests'), names),
    ...configuration(c.opaque, path),
  ];
}

function allocation(a: AllocationResult, path: Path, names: Names): FieldError[] {
  const at = path.child('devices');
  return [
    ...limited(a.devices?.results, MOST_RESULTS, (r, p) => result(r, p, names), at.child('results')),
    ...limited(a.devices?.config, MOST_CONFIGS, (c, p) => config(c, p, names), at.child('config')),
    ...(a.nodeSelector ? nodeSelector(a.nodeSelector, false, path.child('nodeSelector')) : []),
  ];
}

function reservations(claim: ResourceClaim, old: ResourceClaim): FieldError[] {
  const [list, before] = [claim.status.reservedFor ?? [], old.status.reservedFor ?? []];
  if (list.length === 0) return [];
  if (!claim.status.allocation) return [forbidden(RESERVED, 'may not be specified when `allocated` is not set')];
  const isDeleted = claim.metadata.deletionTimestamp !== undefined;
  const isNew = list.some((c) => !before.some((b) => semanticEqual(b, c)));
  return isDeleted && isNew
    ? [forbidden(RESERVED, 'new entries may not be added while `deallocationRequested` or `deletionTimestamp` are set')]
    : [];
}

function allocationUpdate(next: AllocationResult | undefined, old: AllocationResult | undefined, names: Names): FieldError[] {
  const path = STATUS.child('allocation');
  if (!next) return [];
  if (!old) return allocation(next, path, names);
  return semanticEqual(next, old) ? [] : [invalid(path, next, IMMUTABLE)];
}

export function claimStatusUpdate(claim: ResourceClaim, old: ResourceClaim): FieldError[] {
  const { status, spec } = claim;
  const allocated = new Set((status.allocation?.devices?.results ?? []).map(keyOf));
  return [
    ...unique(status.reservedFor, MOST_CONSUMERS, consumer, (c) => c.uid, RESERVED),
    ...unique(status.devices, Number.POSITIVE_INFINITY, (d, p) => deviceStatus(d, p, allocated), internalID, STATUS.child('devices')),
    ...reservations(claim, old),
    ...allocationUpdate(status.allocation, old.status.allocation, requestNames(spec)),
  ];
}
