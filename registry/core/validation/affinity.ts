/** Affinity, tolerations and topology spread. Behaves like upstream pkg/apis/core/validation/validation.go. */
import type { Affinity, PodAffinity, PodAffinityTerm, Toleration, TopologySpreadConstraint } from '../../../apimachinery/types/core.gen.ts';
import type { LabelSelector } from '../../../apimachinery/types/meta.gen.ts';
import {
  duplicate,
  forbidden,
  invalid,
  notSupported,
  required,
  type FieldError,
  type Path,
} from '../../../apimachinery/validation/field.ts';
import { labelSelector, positive, qualifiedName } from './fields.ts';
import { each, isValidLabelValue, nameIsDNSLabel } from './format.ts';
import { nodeSelector, preferredTerms, weight } from './node-selector.ts';
import type { PodOptions } from './pod-options.ts';

function labelKeys(keys: readonly string[] | undefined, selector: LabelSelector | undefined, path: Path): FieldError[] {
  if (!keys || keys.length === 0) return [];
  if (!selector) return [forbidden(path, 'must not be specified when labelSelector is not set')];
  return keys.flatMap((key, i) => qualifiedName(key, path.index(i)));
}

function matchAndMismatchKeys(
  match: readonly string[] | undefined,
  mismatch: readonly string[] | undefined,
  selector: LabelSelector | undefined,
  path: Path,
): FieldError[] {
  const errors = [
    ...labelKeys(match, selector, path.child('matchLabelKeys')),
    ...labelKeys(mismatch, selector, path.child('mismatchLabelKeys')),
  ];
  const seen = new Set(Object.keys(selector?.matchLabels ?? {}));
  for (const { key } of selector?.matchExpressions ?? []) {
    const i = (match ?? []).lastIndexOf(key);
    if (i >= 0 && seen.has(key)) errors.push(invalid(path.index(i), key, 'exists in both matchLabelKeys and labelSelector'));
    seen.add(key);
  }
  for (const [i, key] of (match ?? []).entries()) {
    if (mismatch?.includes(key))
      errors.push(invalid(path.child('matchLabelKeys').index(i), key, 'exists in both matchLabelKeys and mismatchLabelKeys'));
  }
  return errors;
}

function podTerm(t: PodAffinityTerm, options: PodOptions, path: Path): FieldError[] {
  const selectors = { allowInvalidLabelValue: options.allowInvalidLabelValueInSelector };
  const key = path.child('topologyKey');
  return [
    ...labelSelector(t.labelSelector, path.child('labelSelector'), selectors),
    ...labelSelector(t.namespaceSelector, path.child('namespaceSelector'), selectors),
    ...(t.namespaces ?? []).flatMap((name) => each(path.child('namespace'), name, nameIsDNSLabel(name))),
    ...matchAndMismatchKeys(t.matchLabelKeys, t.mismatchLabelKeys, t.labelSelector, path),
    ...(t.topologyKey ? [] : [required(key, 'can not be empty')]),
    ...qualifiedName(t.topologyKey ?? '', key),
  ];
}

function podAffinity(a: PodAffinity | undefined, options: PodOptions, path: Path): FieldError[] {
  const requiredPath = path.child('requiredDuringSchedulingIgnoredDuringExecution');
  const preferredPath = path.child('preferredDuringSchedulingIgnoredDuringExecution');
  return [
    ...(a?.requiredDuringSchedulingIgnoredDuringExecution ?? []).flatMap((t, i) => podTerm(t, options, requiredPath.index(i))),
    ...(a?.preferredDuringSchedulingIgnoredDuringExecution ?? []).flatMap((w, i) => [
      ...weight(w.weight, preferredPath.index(i)),
      ...podTerm(w.podAffinityTerm, options, preferredPath.index(i).child('podAffinityTerm')),
    ]),
  ];
}

export function validateAffinity(a: Affinity | undefined, options: PodOptions, path: Path): FieldError[] {
  if (!a) return [];
  const node = path.child('nodeAffinity');
  const wanted = a.nodeAffinity?.requiredDuringSchedulingIgnoredDuringExecution;
  return [
    ...(wanted
      ? nodeSelector(wanted, options.allowInvalidLabelValueInNodeAffinity, node.child('requiredDuringSchedulingIgnoredDuringExecution'))
      : []),
    ...preferredTerms(
      a.nodeAffinity?.preferredDuringSchedulingIgnoredDuringExecution,
      node.child('preferredDuringSchedulingIgnoredDuringExecution'),
    ),
    ...podAffinity(a.podAffinity, options, path.child('podAffinity')),
    ...podAffinity(a.podAntiAffinity, options, path.child('podAntiAffinity')),
  ];
}

export const TAINT_EFFECTS = ['NoSchedule', 'PreferNoSchedule', 'NoExecute'];

function tolerationValue(t: Toleration, path: Path): FieldError[] {
  const operator = path.child('operator');
  const value = t.value ?? '';
  switch (t.operator ?? '') {
    case 'Equal':
    case '': {
      const messages = isValidLabelValue(value);
      return messages.length > 0 ? [invalid(operator, value, messages.join(';'))] : [];
    }
    case 'Exists':
      return value === '' ? [] : [invalid(operator, value, "value must be empty when `operator` is 'Exists'")];
    case 'Lt':
    case 'Gt':
      return [notSupported(operator, t.operator, ['Equal', 'Exists', 'Lt', 'Gt'])];
    default:
      return [notSupported(operator, t.operator, ['Equal', 'Exists'])];
  }
}

export function validateTolerations(list: readonly Toleration[] | undefined, path: Path): FieldError[] {
  return (list ?? []).flatMap((t, i) => {
    const at = path.index(i);
    const needsExists = 'operator must be Exists when `key` is empty, which means "match all values and all keys"';
    return [
      ...(t.key
        ? qualifiedName(t.key, at.child('key'))
        : t.operator === 'Exists'
          ? []
          : [invalid(at.child('operator'), t.operator ?? '', needsExists)]),
      ...(t.tolerationSeconds !== undefined && t.effect !== 'NoExecute'
        ? [invalid(at.child('effect'), t.effect ?? '', "effect must be 'NoExecute' when `tolerationSeconds` is set")]
        : []),
      ...tolerationValue(t, at),
      ...(t.effect && !TAINT_EFFECTS.includes(t.effect) ? [notSupported(at.child('effect'), t.effect, TAINT_EFFECTS)] : []),
    ];
  });
}

const ACTIONS = ['DoNotSchedule', 'ScheduleAnyway'];
const POLICIES = ['Honor', 'Ignore'];

const policy = (value: string | undefined, path: Path): FieldError[] =>
  value === undefined || POLICIES.includes(value) ? [] : [notSupported(path, value, POLICIES)];

function minDomains(c: TopologySpreadConstraint, path: Path): FieldError[] {
  if (c.minDomains === undefined) return [];
  const errors = positive(c.minDomains, path);
  return c.whenUnsatisfiable === 'DoNotSchedule'
    ? errors
    : [...errors, invalid(path, c.minDomains, `can only use minDomains if whenUnsatisfiable=DoNotSchedule, not ${c.whenUnsatisfiable}`)];
}

function olderKeyRules(c: TopologySpreadConstraint, path: Path): FieldError[] {
  const keys = c.matchLabelKeys ?? [];
  if (keys.length === 0) return [];
  const selected = new Set([
    ...Object.keys(c.labelSelector?.matchLabels ?? {}),
    ...(c.labelSelector?.matchExpressions ?? []).map((e) => e.key),
  ]);
  return [
    ...(c.labelSelector ? [] : [forbidden(path, 'must not be specified when labelSelector is not set')]),
    ...keys.flatMap((key, i) => [
      ...qualifiedName(key, path.index(i)),
      ...(selected.has(key) ? [invalid(path.index(i), key, 'exists in both matchLabelKeys and labelSelector')] : []),
    ]),
  ];
}

function spreadConstraint(
  c: TopologySpreadConstraint,
  later: readonly TopologySpreadConstraint[],
  options: PodOptions,
  path: Path,
): FieldError[] {
  const action = c.whenUnsatisfiable ?? '';
  const isRepeated = later.some((o) => o.topologyKey === c.topologyKey && o.whenUnsatisfiable === c.whenUnsatisfiable);
  return [
    ...positive(c.maxSkew, path.child('maxSkew')),
    ...(c.topologyKey ? [] : [required(path.child('topologyKey'), 'can not be empty')]),
    ...(ACTIONS.includes(action) ? [] : [notSupported(path.child('whenUnsatisfiable'), action, ACTIONS)]),
    ...(isRepeated ? [duplicate(path.child('{topologyKey, whenUnsatisfiable}'), `{${c.topologyKey}, ${action}}`)] : []),
    ...minDomains(c, path.child('minDomains')),
    ...policy(c.nodeAffinityPolicy, path.child('nodeAffinityPolicy')),
    ...policy(c.nodeTaintsPolicy, path.child('nodeTaintsPolicy')),
    ...(options.oldViolatesMatchLabelKeys
      ? olderKeyRules(c, path.child('matchLabelKeys'))
      : matchAndMismatchKeys(c.matchLabelKeys, undefined, c.labelSelector, path)),
    ...(options.allowInvalidSpreadSelector ? [] : labelSelector(c.labelSelector, path.child('labelSelector'))),
  ];
}

export function validateTopologySpread(
  list: readonly TopologySpreadConstraint[] | undefined,
  options: PodOptions,
  path: Path,
): FieldError[] {
  return (list ?? []).flatMap((c, i, all) => spreadConstraint(c, all.slice(i + 1), options, path.index(i)));
}
