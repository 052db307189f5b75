/** Affinity, tolerations and topology spread. Behaves like upstream pkg/apis/core/validation/validation.go. */
import type { Affinity, NodeAffinity, PodAffinity, PodAffinityTerm, Toleration, TopologySpreadConstraint } from '../../../apimachinery/types/core.gen.ts';
import type { LabelSelector } from '../../../apimachinery/types/meta.gen.ts';
import {
  duplicate,
  forbidden,
  invalid,
  NOTHING,
  notSupported,
  required,
  type FieldError,
  type Path,
} from '../../../apimachinery/validation/field.ts';
import { labelSelector, positive, qualifiedName } from './fields.ts';
import { each, isValidLabelValue, nameIsDNSLabel } from './format.ts';
import { nodeSelector, preferredTerms, weight } from './node-selector.ts';
import type { PodOptions } from './pod-options.ts';

function labelKeys(keys: readonly string[] | undefined, selector: LabelSelector | undefined, path: Path, errors: FieldError[]): void {
  if (!keys || keys.length === 0) return;
  if (!selector) errors.push(forbidden(path, 'must not be specified when labelSelector is not set'));
  else keys.forEach((key, i) => qualifiedName(key, path.index(i), errors));
}

function matchAndMismatchKeys(
  match: readonly string[] | undefined,
  mismatch: readonly string[] | undefined,
  selector: LabelSelector | undefined,
  path: Path,
  errors: FieldError[],
): void {
  labelKeys(match, selector, path.child('matchLabelKeys'), errors);
  labelKeys(mismatch, selector, path.child('mismatchLabelKeys'), errors);
  if (!match) return;
  const seen = new Set(Object.keys(selector?.matchLabels ?? {}));
  for (const { key } of selector?.matchExpressions ?? NOTHING) {
    const i = match.lastIndexOf(key);
    if (i >= 0 && seen.has(key)) errors.push(invalid(path.index(i), key, 'exists in both matchLabelKeys and labelSelector'));
    seen.add(key);
  }
  match.forEach((key, i) => {
    if (mismatch?.includes(key))
      errors.push(invalid(path.child('matchLabelKeys').index(i), key, 'exists in both matchLabelKeys and mismatchLabelKeys'));
  });
}

function podTerm(t: PodAffinityTerm, options: PodOptions, path: Path, errors: FieldError[]): void {
  const selectors = { allowInvalidLabelValue: options.allowInvalidLabelValueInSelector };
  const key = path.child('topologyKey');
  labelSelector(t.labelSelector, path.child('labelSelector'), selectors, errors);
  labelSelector(t.namespaceSelector, path.child('namespaceSelector'), selectors, errors);
  for (const name of t.namespaces ?? NOTHING) each(path.child('namespace'), name, nameIsDNSLabel(name), errors);
  matchAndMismatchKeys(t.matchLabelKeys, t.mismatchLabelKeys, t.labelSelector, path, errors);
  if (!t.topologyKey) errors.push(required(key, 'can not be empty'));
  qualifiedName(t.topologyKey ?? '', key, errors);
}

function podAffinity(a: PodAffinity, options: PodOptions, path: Path, errors: FieldError[]): void {
  const requiredPath = path.child('requiredDuringSchedulingIgnoredDuringExecution');
  const preferredPath = path.child('preferredDuringSchedulingIgnoredDuringExecution');
  a.requiredDuringSchedulingIgnoredDuringExecution?.forEach((t, i) => podTerm(t, options, requiredPath.index(i), errors));
  a.preferredDuringSchedulingIgnoredDuringExecution?.forEach((w, i) => {
    weight(w.weight, preferredPath.index(i), errors);
    podTerm(w.podAffinityTerm, options, preferredPath.index(i).child('podAffinityTerm'), errors);
  });
}

export function validateAffinity(a: Affinity, options: PodOptions, path: Path, errors: FieldError[]): void {
  if (a.nodeAffinity) nodeAffinity(a.nodeAffinity, options, path.child('nodeAffinity'), errors);
  if (a.podAffinity) podAffinity(a.podAffinity, options, path.child('podAffinity'), errors);
  if (a.podAntiAffinity) podAffinity(a.podAntiAffinity, options, path.child('podAntiAffinity'), errors);
}

function nodeAffinity(a: NodeAffinity, options: PodOptions, path: Path, errors: FieldError[]): void {
  const { requiredDuringSchedulingIgnoredDuringExecution: wanted, preferredDuringSchedulingIgnoredDuringExecution: preferred } = a;
  if (wanted)
    nodeSelector(wanted, options.allowInvalidLabelValueInNodeAffinity, path.child('requiredDuringSchedulingIgnoredDuringExecution'), errors);
  if (preferred) preferredTerms(preferred, path.child('preferredDuringSchedulingIgnoredDuringExecution'), errors);
}

export const TAINT_EFFECTS = ['NoSchedule', 'PreferNoSchedule', 'NoExecute'];

function tolerationValue(t: Toleration, path: Path, errors: FieldError[]): void {
  const operator = path.child('operator');
  const value = t.value ?? '';
  switch (t.operator ?? '') {
    case 'Equal':
    case '': {
      const messages = isValidLabelValue(value);
      if (messages.length > 0) errors.push(invalid(operator, value, messages.join(';')));
      return;
    }
    case 'Exists':
      if (value !== '') errors.push(invalid(operator, value, "value must be empty when `operator` is 'Exists'"));
      return;
    case 'Lt':
    case 'Gt':
      errors.push(notSupported(operator, t.operator, ['Equal', 'Exists', 'Lt', 'Gt']));
      return;
    default:
      errors.push(notSupported(operator, t.operator, ['Equal', 'Exists']));
  }
}

const NEEDS_EXISTS = 'operator must be Exists when `key` is empty, which means "match all values and all keys"';

function toleration(t: Toleration, path: Path, errors: FieldError[]): void {
  if (t.key) qualifiedName(t.key, path.child('key'), errors);
  else if (t.operator !== 'Exists') errors.push(invalid(path.child('operator'), t.operator ?? '', NEEDS_EXISTS));
  if (t.tolerationSeconds !== undefined && t.effect !== 'NoExecute')
    errors.push(invalid(path.child('effect'), t.effect ?? '', "effect must be 'NoExecute' when `tolerationSeconds` is set"));
  tolerationValue(t, path, errors);
  if (t.effect && !TAINT_EFFECTS.includes(t.effect)) errors.push(notSupported(path.child('effect'), t.effect, TAINT_EFFECTS));
}

export function validateTolerations(list: readonly Toleration[] | undefined, path: Path, errors: FieldError[] = []): FieldError[] {
  if (list) for (let i = 0; i < list.length; i++) toleration(list[i] as Toleration, path.index(i), errors);
  return errors;
}

const ACTIONS = ['DoNotSchedule', 'ScheduleAnyway'];
const POLICIES = ['Honor', 'Ignore'];

function policy(value: string | undefined, path: Path, errors: FieldError[]): void {
  if (value !== undefined && !POLICIES.includes(value)) errors.push(notSupported(path, value, POLICIES));
}

function minDomains(c: TopologySpreadConstraint, path: Path, errors: FieldError[]): void {
  if (c.minDomains === undefined) return;
  positive(c.minDomains, path, errors);
  if (c.whenUnsatisfiable !== 'DoNotSchedule')
    errors.push(invalid(path, c.minDomains, `can only use minDomains if whenUnsatisfiable=DoNotSchedule, not ${c.whenUnsatisfiable}`));
}

function olderKeyRules(c: TopologySpreadConstraint, path: Path, errors: FieldError[]): void {
  const keys = c.matchLabelKeys ?? NOTHING;
  if (keys.length === 0) return;
  const selected = new Set([
    ...Object.keys(c.labelSelector?.matchLabels ?? {}),
    ...(c.labelSelector?.matchExpressions ?? []).map((e) => e.key),
  ]);
  if (!c.labelSelector) errors.push(forbidden(path, 'must not be specified when labelSelector is not set'));
  keys.forEach((key, i) => {
    qualifiedName(key, path.index(i), errors);
    if (selected.has(key)) errors.push(invalid(path.index(i), key, 'exists in both matchLabelKeys and labelSelector'));
  });
}

function spreadConstraint(
  c: TopologySpreadConstraint,
  later: readonly TopologySpreadConstraint[],
  options: PodOptions,
  path: Path,
  errors: FieldError[],
): void {
  const action = c.whenUnsatisfiable ?? '';
  const isRepeated = later.some((o) => o.topologyKey === c.topologyKey && o.whenUnsatisfiable === c.whenUnsatisfiable);
  positive(c.maxSkew, path.child('maxSkew'), errors);
  if (!c.topologyKey) errors.push(required(path.child('topologyKey'), 'can not be empty'));
  if (!ACTIONS.includes(action)) errors.push(notSupported(path.child('whenUnsatisfiable'), action, ACTIONS));
  if (isRepeated) errors.push(duplicate(path.child('{topologyKey, whenUnsatisfiable}'), `{${c.topologyKey}, ${action}}`));
  minDomains(c, path.child('minDomains'), errors);
  policy(c.nodeAffinityPolicy, path.child('nodeAffinityPolicy'), errors);
  policy(c.nodeTaintsPolicy, path.child('nodeTaintsPolicy'), errors);
  if (options.oldViolatesMatchLabelKeys) olderKeyRules(c, path.child('matchLabelKeys'), errors);
  else matchAndMismatchKeys(c.matchLabelKeys, undefined, c.labelSelector, path, errors);
  if (!options.allowInvalidSpreadSelector) labelSelector(c.labelSelector, path.child('labelSelector'), undefined, errors);
}

export function validateTopologySpread(list: readonly TopologySpreadConstraint[], options: PodOptions, path: Path, errors: FieldError[]): void {
  list.forEach((c, i) => spreadConstraint(c, list.slice(i + 1), options, path.index(i), errors));
}
