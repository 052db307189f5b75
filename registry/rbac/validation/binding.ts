/** RoleBindings and ClusterRoleBindings. Behaves like upstream pkg/apis/rbac/validation/validation.go. */
import type { ClusterRoleBinding, RoleBinding, RoleRef, Subject } from '../../../apimachinery/types/rbac.gen.ts';
import { invalid, notSupported, Path, required, type ErrorList, type FieldError } from '../../../apimachinery/validation/field.ts';
import { requiredText } from '../../core/validation/fields.ts';
import { each, nameIsDNSSubdomain } from '../../core/validation/format.ts';
import { validateRBACName } from './role.ts';
import type { RequestContext } from '../../generic/context.ts';
import type { MetadataErrors } from '../../generic/definition.ts';

const GROUP = 'rbac.authorization.k8s.io';
const REF = Path.of('roleRef');
const SUBJECTS = Path.of('subjects');

function roleRef({ apiGroup = '', kind = '', name = '' }: RoleRef, kinds: readonly string[]): FieldError[] {
  return [
    ...(apiGroup === GROUP ? [] : [notSupported(REF.child('apiGroup'), apiGroup, [GROUP])]),
    ...(kinds.includes(kind) ? [] : [notSupported(REF.child('kind'), kind, kinds)]),
    ...(name === '' ? [required(REF.child('name'))] : each(REF.child('name'), name, validateRBACName(name, false))),
  ];
}

function serviceAccount({ name = '', apiGroup = '', namespace = '' }: Subject, isNamespaced: boolean, path: Path): FieldError[] {
  return [
    ...(name === '' ? [] : each(path.child('name'), name, nameIsDNSSubdomain(name))),
    ...(apiGroup === '' ? [] : [notSupported(path.child('apiGroup'), apiGroup, [''])]),
    ...(!isNamespaced && namespace === '' ? [required(path.child('namespace'))] : []),
  ];
}

const KINDS = ['ServiceAccount', 'User', 'Group'];

function subject(s: Subject, isNamespaced: boolean, path: Path): FieldError[] {
  const errors = requiredText(s.name, path.child('name'));
  if (s.kind === 'ServiceAccount') return [...errors, ...serviceAccount(s, isNamespaced, path)];
  if (!KINDS.includes(s.kind)) return [...errors, notSupported(path.child('kind'), s.kind ?? '', KINDS)];
  return s.apiGroup === GROUP ? errors : [...errors, notSupported(path.child('apiGroup'), s.apiGroup ?? '', [GROUP])];
}

interface Binding {
  readonly roleRef: RoleRef;
  readonly subjects?: readonly Subject[];
}

function check(binding: Binding, kinds: readonly string[], isNamespaced: boolean): FieldError[] {
  return [
    ...roleRef(binding.roleRef ?? {}, kinds),
    ...(binding.subjects ?? []).flatMap((s, i) => subject(s, isNamespaced, SUBJECTS.index(i))),
  ];
}

/** How upstream prints its internal type. */
const internal = (ref: RoleRef): unknown => ({ APIGroup: ref.apiGroup ?? '', Kind: ref.kind ?? '', Name: ref.name ?? '' });

function sameRole({ roleRef: next }: Binding, { roleRef: old }: Binding): FieldError[] {
  const isSame = next.apiGroup === old.apiGroup && next.kind === old.kind && next.name === old.name;
  return isSame ? [] : [invalid(REF, internal(next), 'cannot change roleRef')];
}

export const validateRoleBinding = (binding: RoleBinding): ErrorList => check(binding, ['Role', 'ClusterRole'], true);
export const validateRoleBindingUpdate = (
  binding: RoleBinding,
  old: RoleBinding,
  _ctx: RequestContext,
  metadata: MetadataErrors,
): ErrorList => [
  ...metadata.whole(),
  ...validateRoleBinding(binding),
  ...metadata.change(),
  ...sameRole(binding, old),
];

export const validateClusterRoleBinding = (binding: ClusterRoleBinding): ErrorList => check(binding, ['ClusterRole'], false);
export const validateClusterRoleBindingUpdate = (
  binding: ClusterRoleBinding,
  old: ClusterRoleBinding,
  _ctx: RequestContext,
  metadata: MetadataErrors,
): ErrorList => [
  ...metadata.whole(),
  ...validateClusterRoleBinding(binding),
  ...metadata.change(),
  ...sameRole(binding, old),
];
