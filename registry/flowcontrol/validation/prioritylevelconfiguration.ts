/** PriorityLevelConfigurations. Behaves like upstream pkg/apis/flowcontrol/validation/validation.go. */
import { own } from '../../../apimachinery/own.ts';
import type {
  ExemptPriorityLevelConfiguration,
  LimitedPriorityLevelConfiguration,
  LimitResponse,
  PriorityLevelConfiguration,
  PriorityLevelConfigurationSpec,
  QueuingConfiguration,
} from '../../../apimachinery/types/flowcontrol.gen.ts';
import {
  forbidden,
  invalid,
  notSupported,
  Path,
  required,
  type ErrorList,
  type FieldError,
} from '../../../apimachinery/validation/field.ts';
import { semanticEqual } from '../../core/equality.ts';
import { MANDATORY_LEVELS } from '../mandatory.ts';
import { conditionTypes } from './flowschema.ts';

const SPEC = Path.of('spec');
const MAX_QUEUES = 10_000_000;
const MAX_HASH_BITS = 60;
const ZERO_SHARES = 'flowcontrol.k8s.io/v1beta3-preserve-zero-concurrency-shares';

function handSize(hand: number, queues: number, path: Path): FieldError[] {
  if (hand <= 0) return [invalid(path, hand, 'must be positive')];
  if (hand > queues) return [invalid(path, hand, `should not be greater than queues (${queues})`)];
  const bits = Math.ceil(Math.log2(queues) * hand);
  return bits > MAX_HASH_BITS
    ? [invalid(path, hand, `required entropy bits of deckSize ${queues} and handSize ${hand} should not be greater than ${MAX_HASH_BITS}`)]
    : [];
}

function queuing({ queues = 0, handSize: hand = 0, queueLengthLimit = 0 }: QueuingConfiguration, path: Path): FieldError[] {
  const at = path.child('queues');
  return [
    ...(queueLengthLimit <= 0 ? [invalid(path.child('queueLengthLimit'), queueLengthLimit, 'must be positive')] : []),
    ...(queues <= 0 ? [invalid(at, queues, 'must be positive')] : []),
    ...(queues > MAX_QUEUES ? [invalid(at, queues, `must not be greater than ${MAX_QUEUES}`)] : []),
    ...handSize(hand, queues, path.child('handSize')),
  ];
}

function limitResponse(r: LimitResponse | undefined, path: Path): FieldError[] {
  const at = path.child('queuing');
  if (r?.type === 'Reject') return r.queuing ? [forbidden(at, 'must be nil if limited.limitResponse.type is not Limited')] : [];
  if (r?.type !== 'Queue') return [notSupported(path.child('type'), r?.type ?? '', ['Queue', 'Reject'])];
  return r.queuing ? queuing(r.queuing, at) : [required(at, 'must not be empty if limited.limitResponse.type is Limited')];
}

function lendable(percent: number | undefined, path: Path): FieldError[] {
  return percent !== undefined && (percent < 0 || percent > 100)
    ? [invalid(path.child('lendablePercent'), percent, 'must be between 0 and 100, inclusive')]
    : [];
}

function shares(n: number | null | undefined, path: Path): FieldError[] {
  return (n ?? 0) < 0 ? [invalid(path.child('nominalConcurrencyShares'), n, 'must be a non-negative integer')] : [];
}

function limited(l: LimitedPriorityLevelConfiguration, path: Path): FieldError[] {
  const borrowing = l.borrowingLimitPercent ?? 0;
  return [
    ...shares(l.nominalConcurrencyShares, path),
    ...limitResponse(l.limitResponse, path.child('limitResponse')),
    ...lendable(l.lendablePercent, path),
    ...(borrowing < 0 ? [invalid(path.child('borrowingLimitPercent'), borrowing, 'if specified, must be a non-negative integer')] : []),
  ];
}

const exempt = (e: ExemptPriorityLevelConfiguration, path: Path): FieldError[] => [
  ...shares(e.nominalConcurrencyShares, path),
  ...lendable(e.lendablePercent, path),
];

function ofType(spec: PriorityLevelConfigurationSpec): FieldError[] {
  const [limitedPath, exemptPath] = [SPEC.child('limited'), SPEC.child('exempt')];
  if (spec.type === 'Exempt')
    return [
      ...(spec.limited ? [forbidden(limitedPath, 'must be nil if the type is not Limited')] : []),
      ...(spec.exempt ? exempt(spec.exempt, exemptPath) : []),
    ];
  if (spec.type !== 'Limited') return [notSupported(SPEC.child('type'), spec.type ?? '', ['Exempt', 'Limited'])];
  return [
    ...(spec.exempt ? [forbidden(exemptPath, 'must be nil if the type is Limited')] : []),
    ...(spec.limited ? limited(spec.limited, limitedPath) : [required(limitedPath, 'must not be empty when type is Limited')]),
  ];
}

/** What the exempt level lends may be changed. */
function mandatory(name: string, spec: PriorityLevelConfigurationSpec): FieldError[] {
  const fixed = own(MANDATORY_LEVELS, name);
  if (!fixed) return [];
  if (name !== 'exempt') return semanticEqual(spec, fixed) ? [] : [invalid(SPEC, spec, `spec of '${name}' must equal the fixed value`)];
  return semanticEqual({ ...spec, exempt: fixed.exempt }, fixed)
    ? []
    : [invalid(SPEC, spec, `spec of '${name}' except the 'spec.exempt' field must equal the fixed value`)];
}

export function validatePriorityLevel({ metadata, spec, status }: PriorityLevelConfiguration): ErrorList {
  const name = metadata.name ?? '';
  const isMismatch = (name === 'exempt') !== (spec.type === 'Exempt');
  return [
    ...(metadata.annotations?.[ZERO_SHARES] === undefined
      ? []
      : [forbidden(Path.of('metadata', 'annotations'), `annotation '${ZERO_SHARES}' is forbidden`)]),
    ...(isMismatch ? [invalid(SPEC.child('type'), spec.type ?? '', "must be 'Exempt' if and only if `name` is 'exempt'")] : []),
    ...ofType(spec),
    ...mandatory(name, spec),
    ...conditionTypes(status?.conditions),
  ];
}

export const validatePriorityLevelUpdate = (level: PriorityLevelConfiguration, _old: PriorityLevelConfiguration): ErrorList =>
  validatePriorityLevel(level);
export const validatePriorityLevelStatusUpdate = ({ status }: PriorityLevelConfiguration): ErrorList => conditionTypes(status.conditions);
