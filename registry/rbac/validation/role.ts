/** Roles and ClusterRoles. Behaves like upstream pkg/apis/rbac/validation/validation.go. */
import type { ClusterRole, PolicyRule, Role } from '../../../apimachinery/types/rbac.gen.ts';
import { invalid, Path, required, type ErrorList, type FieldError } from '../../../apimachinery/validation/field.ts';
import { isValidPathSegmentName } from '../../../apimachinery/validation/names.ts';
import { isUsable } from '../../apps/validation/shared.ts';
import { labelSelector } from '../../core/validation/fields.ts';
import type { RequestContext } from '../../generic/context.ts';
import type { MetadataErrors } from '../../generic/definition.ts';

const RULES = Path.of('rules');
const SELECTORS = Path.of('aggregationRule', 'clusterRoleSelectors');

export const validateRBACName = (name: string, _isPrefix: boolean): readonly string[] => isValidPathSegmentName(name);

const isEmpty = (list: readonly unknown[] | undefined | null): boolean => (list ?? []).length === 0;

function resourceRule(rule: PolicyRule, path: Path): FieldError[] {
  return [
    ...(isEmpty(rule.apiGroups) ? [required(path.child('apiGroups'), 'resource rules must supply at least one api group')] : []),
    ...(isEmpty(rule.resources) ? [required(path.child('resources'), 'resource rules must supply at least one resource')] : []),
  ];
}

function urlRule(rule: PolicyRule, isNamespaced: boolean, path: Path): FieldError[] {
  const at = path.child('nonResourceURLs');
  const isMixed = !isEmpty(rule.apiGroups) || !isEmpty(rule.resources) || !isEmpty(rule.resourceNames);
  return [
    ...(isNamespaced ? [invalid(at, rule.nonResourceURLs, 'namespaced rules cannot apply to non-resource URLs')] : []),
    ...(isMixed ? [invalid(at, rule.nonResourceURLs, 'rules cannot apply to both regular resources and non-resource URLs')] : []),
  ];
}

function rules(list: readonly PolicyRule[] | undefined | null, isNamespaced: boolean): FieldError[] {
  return (list ?? []).flatMap((rule, i) => {
    const path = RULES.index(i);
    const verbs = isEmpty(rule.verbs) ? [required(path.child('verbs'), 'verbs must contain at least one value')] : [];
    return [...verbs, ...(isEmpty(rule.nonResourceURLs) ? resourceRule(rule, path) : urlRule(rule, isNamespaced, path))];
  });
}

export const validateRole = (role: Role): ErrorList => rules(role.rules, true);
export const validateRoleUpdate = (role: Role, _old: Role, _ctx: RequestContext, metadata: MetadataErrors): ErrorList => [
  ...metadata.whole(),
  ...validateRole(role),
  ...metadata.change(),
];

function aggregation({ aggregationRule: rule }: ClusterRole, allowInvalidLabelValue: boolean): FieldError[] {
  if (!rule) return [];
  const selectors = rule.clusterRoleSelectors ?? [];
  return [
    ...(selectors.length === 0 ? [required(SELECTORS, 'at least one clusterRoleSelector required if aggregationRule is non-nil')] : []),
    ...selectors.flatMap((s, i) => [
      ...labelSelector(s, SELECTORS.index(i), { allowInvalidLabelValue }),
      ...(isUsable(s) ? [] : [invalid(SELECTORS.index(i), null, 'invalid label selector.')]),
    ]),
  ];
}

const check = (role: ClusterRole, allowInvalidLabelValue: boolean): FieldError[] => [
  ...rules(role.rules, false),
  ...aggregation(role, allowInvalidLabelValue),
];

export const validateClusterRole = (role: ClusterRole): ErrorList => check(role, false);

export function validateClusterRoleUpdate(role: ClusterRole, old: ClusterRole, _ctx: RequestContext, metadata: MetadataErrors): ErrorList {
  const hadInvalid = (old.aggregationRule?.clusterRoleSelectors ?? []).some((s) => labelSelector(s, SELECTORS).length > 0);
  return [...metadata.whole(), ...check(role, hadInvalid), ...metadata.change()];
}
