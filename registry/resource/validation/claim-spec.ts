/** What a claim asks for. Behaves like upstream pkg/apis/resource/validation/validation.go (validateResourceClaimSpec). */
import type {
  DeviceClaimConfiguration,
  DeviceConstraint,
  DeviceRequest,
  DeviceSelector,
  DeviceSubRequest,
  DeviceToleration,
  ExactDeviceRequest,
  OpaqueDeviceConfiguration,
  ResourceClaimSpec,
} from '../../../apimachinery/types/resource.gen.ts';
import { invalid, notSupported, required, tooLong, type FieldError, type Path } from '../../../apimachinery/validation/field.ts';
import { dnsLabel, dnsSubdomain, qualifiedName } from '../../core/validation/fields.ts';
import { byteLength, each, isValidLabelValue } from '../../core/validation/format.ts';
import { selectorErrors } from './device-selector.ts';
import { driverName, fullAttributeName, limited, unique } from './names.ts';

const MANY = 32;
const MOST_ALTERNATIVES = 8;
const EXPRESSION_LIMIT = 10 * 1024;
export const DATA_LIMIT = 10 * 1024;
const MODES = ['All', 'ExactCount'];
const EFFECTS = ['NoExecute', 'NoSchedule', 'None'];
const UNKNOWN_REQUEST = "must be the name of a request in the claim or the name of a request and a subrequest separated by '/'";

function selector(s: DeviceSelector, path: Path): FieldError[] {
  const at = path.child('cel');
  if (!s.cel) return [required(at)];
  const expression = s.cel.expression ?? '';
  return byteLength(expression) > EXPRESSION_LIMIT ? [tooLong(at.child('expression'), EXPRESSION_LIMIT)] : selectorErrors(expression, at.child('expression'));
}

export const selectors = (list: readonly DeviceSelector[] | undefined, path: Path): FieldError[] => limited(list, MANY, selector, path);

function toleration({ key = '', operator = '', value = '', effect = '' }: DeviceToleration, path: Path): FieldError[] {
  const [at, operatorPath] = [path.child('value'), path.child('operator')];
  const byOperator = (): FieldError[] => {
    if (operator === 'Exists') return value === '' ? [] : [invalid(at, value, 'must be empty for operator `Exists`')];
    if (operator === 'Equal') return each(at, value, isValidLabelValue(value));
    return operator === '' ? [required(operatorPath)] : [notSupported(operatorPath, operator, ['Equal', 'Exists'])];
  };
  return [
    ...(key === '' ? [] : qualifiedName(key, path.child('key'))),
    ...byOperator(),
    ...(effect === '' || EFFECTS.includes(effect) ? [] : [notSupported(path.child('effect'), effect, EFFECTS)]),
  ];
}

function allocationMode(mode: string, count: number, path: Path): FieldError[] {
  const at = path.child('count');
  if (mode === 'All') return count === 0 ? [] : [invalid(at, count, "must not be specified when allocationMode is 'All'")];
  if (mode === 'ExactCount') return count > 0 ? [] : [invalid(at, count, 'must be greater than zero')];
  return [notSupported(path.child('allocationMode'), mode, MODES)];
}

function devices(r: ExactDeviceRequest | DeviceSubRequest, path: Path): FieldError[] {
  const at = path.child('deviceClassName');
  return [
    ...(r.deviceClassName ? dnsSubdomain(r.deviceClassName, at) : [required(at)]),
    ...selectors(r.selectors, path.child('selectors')),
    ...allocationMode(r.allocationMode ?? '', Number(r.count ?? 0), path),
    ...(r.tolerations ?? []).flatMap((t, i) => toleration(t, path.child('tolerations').index(i))),
  ];
}

const ONE_KIND = 'exactly one of `exactly` or `firstAvailable` is required';

function request(r: DeviceRequest, path: Path): FieldError[] {
  const alternatives = r.firstAvailable ?? [];
  const name = dnsLabel(r.name ?? '', path.child('name'));
  if (r.exactly && alternatives.length > 0) return [...name, invalid(path, null, `${ONE_KIND}, but multiple fields are set`)];
  if (r.exactly) return [...name, ...devices(r.exactly, path.child('exactly'))];
  if (alternatives.length === 0) return [...name, required(path, ONE_KIND)];
  const sub = (s: DeviceSubRequest, at: Path): FieldError[] => [...dnsLabel(s.name ?? '', at.child('name')), ...devices(s, at)];
  return [...name, ...unique(alternatives, MOST_ALTERNATIVES, sub, (s) => s.name, path.child('firstAvailable'))];
}

/** `request` or `request/subrequest`. */
export function requestNames({ devices: claim }: ResourceClaimSpec): ReadonlySet<string> {
  return new Set((claim?.requests ?? []).flatMap((r) => [r.name, ...(r.firstAvailable ?? []).map((s) => `${r.name}/${s.name}`)]));
}

export function requestReference(name: string, path: Path, names: ReadonlySet<string>): FieldError[] {
  const segments = name.split('/');
  if (segments.length > 2) return [invalid(path, name, UNKNOWN_REQUEST)];
  return [...segments.flatMap((s) => dnsLabel(s, path)), ...(names.has(name) ? [] : [invalid(path, name, UNKNOWN_REQUEST)])];
}

export const requestReferences = (list: readonly string[] | undefined, path: Path, names: ReadonlySet<string>): FieldError[] =>
  unique(
    list,
    MANY,
    (name, at) => requestReference(name, at, names),
    (name) => name,
    path,
  );

function constraint(c: DeviceConstraint, path: Path, names: ReadonlySet<string>): FieldError[] {
  const errors = requestReferences(c.requests, path.child('requests'), names);
  if (c.matchAttribute !== undefined) return [...errors, ...fullAttributeName(c.matchAttribute, path.child('matchAttribute'))];
  if (c.distinctAttribute !== undefined) return [...errors, ...fullAttributeName(c.distinctAttribute, path.child('distinctAttribute'))];
  return [...errors, required(path.child('matchAttribute'))];
}

export function rawObject(raw: unknown, path: Path, limit: number): FieldError[] {
  if (raw === undefined || raw === null) return [required(path)];
  if (byteLength(JSON.stringify(raw)) > limit) return [tooLong(path, limit)];
  return typeof raw === 'object' && !Array.isArray(raw) ? [] : [invalid(path, '<value omitted>', 'must be a valid JSON object')];
}

export function configuration(opaque: OpaqueDeviceConfiguration | undefined, path: Path): FieldError[] {
  const at = path.child('opaque');
  if (!opaque) return [required(at)];
  return [...driverName(opaque.driver, at.child('driver')), ...rawObject(opaque.parameters, at.child('parameters'), DATA_LIMIT)];
}

function claimConfiguration(c: DeviceClaimConfiguration, path: Path, names: ReadonlySet<string>): FieldError[] {
  return [...requestReferences(c.requests, path.child('requests'), names), ...configuration(c.opaque, path)];
}

export function claimSpec(spec: ResourceClaimSpec, path: Path): FieldError[] {
  const at = path.child('devices');
  const names = requestNames(spec);
  const claim = spec.devices;
  return [
    ...unique(claim?.requests, MANY, request, (r) => r.name, at.child('requests')),
    ...limited(claim?.constraints, MANY, (c, p) => constraint(c, p, names), at.child('constraints')),
    ...limited(claim?.config, MANY, (c, p) => claimConfiguration(c, p, names), at.child('config')),
  ];
}
