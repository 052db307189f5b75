/** ResourceSlices. Behaves like upstream pkg/apis/resource/validation/validation.go (ValidateResourceSlice). */
import type {
  CounterSet,
  Device,
  DeviceAttribute,
  DeviceCounterConsumption,
  DeviceTaint,
  ResourcePool,
  ResourceSlice,
  ResourceSliceSpec,
} from '../../../apimachinery/types/resource.gen.ts';
import {
  forbidden,
  invalid,
  notSupported,
  Path,
  required,
  tooLong,
  tooMany,
  type ErrorList,
  type FieldError,
} from '../../../apimachinery/validation/field.ts';
import { semanticEqual } from '../../core/equality.ts';
import { dnsLabel, immutable, qualifiedName } from '../../core/validation/fields.ts';
import { byteLength, each, isValidLabelValue, nameIsDNSSubdomain } from '../../core/validation/format.ts';
import { nodeSelector } from '../../core/validation/node-selector.ts';
import { bindingConditions } from './binding-conditions.ts';
import { attributeName, driverName, keyPath, limited, poolName, unique } from './names.ts';

const SPEC = Path.of('spec');
const LIMITS = { devices: 128, specialDevices: 64, sets: 8, counters: 32, consumptions: 2, attributes: 32, taints: 16, value: 64 };
const EFFECTS = ['NoExecute', 'NoSchedule', 'None'];
const TRUE_OR_UNSET = 'must be either unset or set to true';

const nodeName = (name: string, path: Path): FieldError[] => each(path, name, nameIsDNSSubdomain(name));

function pool({ name = '', resourceSliceCount, generation }: ResourcePool, path: Path): FieldError[] {
  const [slices, version] = [Number(resourceSliceCount ?? 0), Number(generation ?? 0)];
  return [
    ...poolName(name, path.child('name')),
    ...(slices <= 0 ? [invalid(path.child('resourceSliceCount'), slices, 'must be greater than zero')] : []),
    ...(version < 0 ? [invalid(path.child('generation'), version, 'must be greater than or equal to zero')] : []),
  ];
}

interface Choice {
  readonly field: string;
  readonly isSet: boolean;
  readonly errors: FieldError[];
}

function name(value: string | undefined, path: Path, detail: string): Choice {
  const errors = value === undefined ? [] : value === '' ? [invalid(path, value, detail)] : nodeName(value, path);
  return { field: '`nodeName`', isSet: Boolean(value), errors };
}

function flag(value: boolean | undefined, field: string, path: Path): Choice {
  return {
    field: `\`${field}\``,
    isSet: value === true,
    errors: value === false ? [invalid(path.child(field), false, TRUE_OR_UNSET)] : [],
  };
}

function exactlyOne(choices: readonly Choice[], path: Path, none: string, many: string): FieldError[] {
  const chosen = choices.filter((c) => c.isSet).map((c) => c.field);
  const errors = choices.flatMap((c) => c.errors);
  if (chosen.length === 0) return [...errors, required(path, none)];
  return chosen.length === 1 ? errors : [...errors, invalid(path, `{${chosen.join(', ')}}`, many)];
}

function oneTerm(selector: ResourceSliceSpec['nodeSelector'], path: Path): FieldError[] {
  if (!selector) return [];
  const terms = selector.nodeSelectorTerms ?? [];
  return [
    ...nodeSelector(selector, false, path),
    ...(terms.length === 1 ? [] : [invalid(path.child('nodeSelectorTerms'), selector.nodeSelectorTerms ?? null, 'must have exactly one node selector term')]),
  ];
}

const SLICE_NODES = 'exactly one of `nodeName`, `nodeSelector`, `allNodes`, `perDeviceNodeSelection` is required';

function sliceNodes(spec: ResourceSliceSpec): FieldError[] {
  const at = SPEC.child('nodeSelector');
  const choices = [
    name(spec.nodeName, SPEC.child('nodeName'), 'must be either unset or set to a non-empty string'),
    { field: '`nodeSelector`', isSet: spec.nodeSelector !== undefined, errors: oneTerm(spec.nodeSelector, at) },
    flag(spec.allNodes, 'allNodes', SPEC),
    flag(spec.perDeviceNodeSelection, 'perDeviceNodeSelection', SPEC),
  ];
  return exactlyOne(choices, SPEC, SLICE_NODES, `${SLICE_NODES}, but multiple fields are set`);
}

const DEVICE_NODES =
  'exactly one of `nodeName`, `nodeSelector`, or `allNodes` is required when `perDeviceNodeSelection` is set to true in the ResourceSlice spec';

function deviceNodes(d: Device, isPerDevice: boolean, path: Path): FieldError[] {
  if (!isPerDevice) {
    const isSet = d.nodeName !== undefined || d.nodeSelector !== undefined || d.allNodes !== undefined;
    return isSet
      ? [
          invalid(
            path,
            null,
            '`nodeName`, `nodeSelector` and `allNodes` can only be set if `perDeviceNodeSelection` is set to true in the ResourceSlice spec',
          ),
        ]
      : [];
  }
  const choices = [
    name(d.nodeName, path.child('nodeName'), 'must not be empty'),
    {
      field: '`nodeSelector`',
      isSet: d.nodeSelector !== undefined,
      errors: d.nodeSelector ? nodeSelector(d.nodeSelector, false, path.child('nodeSelector')) : [],
    },
    flag(d.allNodes, 'allNodes', path),
  ];
  return exactlyOne(choices, path, DEVICE_NODES, DEVICE_NODES);
}

const NUMBER = '(0|[1-9]\\d*)';
const PRERELEASE = '(0|[1-9]\\d*|\\d*[a-zA-Z-][0-9a-zA-Z-]*)';
const BUILD = '[0-9a-zA-Z-]+';
const SEMVER = new RegExp(`^${NUMBER}\\.${NUMBER}\\.${NUMBER}(-${PRERELEASE}(\\.${PRERELEASE})*)?(\\+${BUILD}(\\.${BUILD})*)?$`);

const short = (text: string | undefined, path: Path): FieldError[] =>
  byteLength(text ?? '') > LIMITS.value ? [tooLong(path, LIMITS.value)] : [];

/** How upstream prints its internal type. */
const internal = (a: DeviceAttribute): unknown => ({
  IntValue: a.int ?? null,
  BoolValue: a.bool ?? null,
  StringValue: a.string ?? null,
  VersionValue: a.version ?? null,
});

function attribute(a: DeviceAttribute, path: Path): FieldError[] {
  const count = [a.bool, a.int, a.string, a.version].filter((v) => v !== undefined).length;
  const version = path.child('version');
  return [
    ...short(a.string, path.child('string')),
    ...(a.version === undefined || SEMVER.test(a.version)
      ? []
      : [invalid(version, a.version, 'must be a string compatible with semver.org spec 2.0.0')]),
    ...short(a.version, version),
    ...(count === 1 ? [] : [invalid(path, count === 0 ? '' : internal(a), 'exactly one value must be specified')]),
  ];
}

function taint({ key = '', value = '', effect = '' }: DeviceTaint, path: Path): FieldError[] {
  const at = path.child('effect');
  return [
    ...qualifiedName(key, path.child('key')),
    ...(value === '' ? [] : each(path.child('value'), value, isValidLabelValue(value))),
    ...(effect === '' ? [required(at)] : EFFECTS.includes(effect) ? [] : [notSupported(at, effect, EFFECTS)]),
  ];
}

function counters(map: Readonly<Record<string, unknown>> | undefined, path: Path): FieldError[] {
  const names = Object.keys(map ?? {});
  if (names.length === 0) return [required(path)];
  return names.length > LIMITS.counters
    ? [tooMany(path, names.length, LIMITS.counters)]
    : names.flatMap((n) => dnsLabel(n, keyPath(path, n, 63)));
}

const counterSetName = (text: string | undefined, path: Path): FieldError[] => (text ? dnsLabel(text, path) : [required(path)]);
const consumption = (c: DeviceCounterConsumption, path: Path): FieldError[] => [
  ...counterSetName(c.counterSet, path.child('counterSet')),
  ...counters(c.counters, path.child('counters')),
];
const counterSet = (c: CounterSet, path: Path): FieldError[] => [
  ...counterSetName(c.name, path.child('name')),
  ...counters(c.counters, path.child('counters')),
];

function capacities({ capacity, allowMultipleAllocations: many }: Device, path: Path): FieldError[] {
  return Object.entries(capacity ?? {}).flatMap(([key, c]) => {
    const at = keyPath(path, key);
    return [
      ...attributeName(key, at),
      ...(c.requestPolicy && !many ? [forbidden(at.child('requestPolicy'), 'allowMultipleAllocations must be true')] : []),
    ];
  });
}

function device(d: Device, old: Device | undefined, isPerDevice: boolean, path: Path): FieldError[] {
  const attributes = Object.entries(d.attributes ?? {});
  const count = attributes.length + Object.keys(d.capacity ?? {}).length;
  const keepsTaints = old !== undefined && semanticEqual(old.taints, d.taints);
  return [
    ...dnsLabel(d.name ?? '', path.child('name')),
    ...(count > LIMITS.attributes
      ? [invalid(path, count, `the total number of attributes and capacities must not exceed ${LIMITS.attributes}`)]
      : []),
    ...attributes.flatMap(([key, a]) => [
      ...attributeName(key, keyPath(path.child('attributes'), key)),
      ...attribute(a, keyPath(path.child('attributes'), key)),
    ]),
    ...capacities(d, path.child('capacity')),
    ...(keepsTaints ? [] : limited(d.taints, LIMITS.taints, taint, path.child('taints'))),
    ...unique(d.consumesCounters, LIMITS.consumptions, consumption, (c) => c.counterSet, path.child('consumesCounters')),
    ...deviceNodes(d, isPerDevice, path),
    ...bindingConditions(d, path),
  ];
}

function check({ spec }: ResourceSlice, old: ResourceSlice | undefined): FieldError[] {
  const devices = spec.devices ?? [];
  const isSpecial = devices.some((d) => (d.taints ?? []).length + (d.consumesCounters ?? []).length > 0);
  const before = new Map((old?.spec.devices ?? []).map((d) => [d.name, d]));
  const kept = (): FieldError[] => [
    ...immutable(spec.pool.name, old?.spec.pool.name, SPEC.child('pool', 'name')),
    ...immutable(spec.driver, old?.spec.driver, SPEC.child('driver')),
    ...immutable(spec.nodeName, old?.spec.nodeName, SPEC.child('nodeName')),
  ];
  return [
    ...driverName(spec.driver, SPEC.child('driver')),
    ...pool(spec.pool ?? {}, SPEC.child('pool')),
    ...(old ? kept() : []),
    ...sliceNodes(spec),
    ...(spec.sharedCounters && spec.devices ? [invalid(SPEC, '', 'only one of `sharedCounters` or `devices` is allowed')] : []),
    ...unique(
      devices,
      isSpecial ? LIMITS.specialDevices : LIMITS.devices,
      (d, at) => device(d, before.get(d.name), spec.perDeviceNodeSelection === true, at),
      (d) => d.name,
      SPEC.child('devices'),
    ),
    ...unique(spec.sharedCounters, LIMITS.sets, counterSet, (c) => c.name, SPEC.child('sharedCounters')),
  ];
}

export const validateResourceSlice = (slice: ResourceSlice): ErrorList => check(slice, undefined);
export const validateResourceSliceUpdate = (slice: ResourceSlice, old: ResourceSlice): ErrorList => check(slice, old);
