/** CSIDrivers. Behaves like upstream pkg/apis/storage/validation/validation.go (ValidateCSIDriver). */
import type { CSIDriver, CSIDriverSpec, TokenRequest } from '../../../apimachinery/types/storage.gen.ts';
import {
  duplicate,
  invalid,
  notSupported,
  Path,
  required,
  type ErrorList,
  type FieldError,
} from '../../../apimachinery/validation/field.ts';
import { immutable } from '../../core/validation/fields.ts';

const SPEC = Path.of('spec');
const ATTACHED = SPEC.child('attachedRequired');
const MODES = ['Persistent', 'Ephemeral'];
const GROUP_POLICIES = ['File', 'None', 'ReadWriteOnceWithFSType'];
const TEN_MINUTES = 600;
const LONGEST = 2 ** 32;

function expiration(seconds: number | undefined, path: Path): FieldError[] {
  if (seconds === undefined) return [];
  if (seconds < TEN_MINUTES) return [invalid(path, seconds, 'may not specify a duration less than 10 minutes')];
  return seconds > LONGEST ? [invalid(path, seconds, 'may not specify a duration larger than 2^32 seconds')] : [];
}

function tokenRequests(list: readonly TokenRequest[]): FieldError[] {
  const audiences = list.map((t) => t.audience ?? '');
  return list.flatMap((t, i) => {
    const path = SPEC.child('tokenRequests').index(i);
    const audience = audiences[i] ?? '';
    if (audiences.indexOf(audience) < i) return [duplicate(path.child('audience'), audience)];
    return expiration(t.expirationSeconds === undefined ? undefined : Number(t.expirationSeconds), path.child('expirationSeconds'));
  });
}

function groupPolicy(policy: string | undefined): FieldError[] {
  return policy === undefined || GROUP_POLICIES.includes(policy) ? [] : [notSupported(SPEC.child('fsGroupPolicy'), policy, GROUP_POLICIES)];
}

function tokenInSecrets(spec: CSIDriverSpec): FieldError[] {
  const given = spec.serviceAccountTokenInSecrets;
  const isUseless = given !== undefined && (spec.tokenRequests ?? []).length === 0;
  return isUseless
    ? [invalid(SPEC.child('serviceAccountTokenInSecrets'), given, 'serviceAccountTokenInSecrets is set but no tokenRequests are specified')]
    : [];
}

function updatePeriod(period: number | undefined): FieldError[] {
  return period !== undefined && period < 10
    ? [invalid(SPEC.child('nodeAllocatableUpdatePeriodSeconds'), period, 'must be greater than or equal to 10 seconds')]
    : [];
}

export function validateCSIDriver({ spec }: CSIDriver): ErrorList {
  const period = spec.nodeAllocatableUpdatePeriodSeconds;
  return [
    ...(spec.attachRequired === undefined ? [required(ATTACHED)] : []),
    ...(spec.podInfoOnMount === undefined ? [required(SPEC.child('podInfoOnMount'))] : []),
    ...(spec.storageCapacity === undefined ? [required(SPEC.child('storageCapacity'))] : []),
    ...groupPolicy(spec.fsGroupPolicy),
    ...tokenRequests(spec.tokenRequests ?? []),
    ...(spec.volumeLifecycleModes ?? [])
      .filter((m) => !MODES.includes(m))
      .map((m) => notSupported(SPEC.child('volumeLifecycleModes'), m, MODES)),
    ...(spec.seLinuxMount === undefined ? [required(SPEC.child('seLinuxMount'))] : []),
    ...updatePeriod(period === undefined ? undefined : Number(period)),
    ...tokenInSecrets(spec),
  ];
}

export function validateCSIDriverUpdate(driver: CSIDriver, old: CSIDriver): ErrorList {
  return [
    ...validateCSIDriver(driver),
    ...immutable(driver.spec.attachRequired, old.spec.attachRequired, ATTACHED),
    ...immutable(driver.spec.volumeLifecycleModes, old.spec.volumeLifecycleModes, SPEC.child('volumeLifecycleModes')),
  ];
}
