/** ValidatingAdmissionPolicyBindings. Behaves like upstream pkg/apis/admissionregistration/validation/validation.go. */
import type { ParamRef, ValidatingAdmissionPolicyBinding } from '../../../apimachinery/types/admissionregistration.gen.ts';
import {
  duplicate,
  forbidden,
  invalid,
  notSupported,
  Path,
  required,
  type ErrorList,
  type FieldError,
} from '../../../apimachinery/validation/field.ts';
import { isValidPathSegmentName } from '../../../apimachinery/validation/names.ts';
import { labelSelector } from '../../core/validation/fields.ts';
import { each, nameIsDNSSubdomain } from '../../core/validation/format.ts';
import { matchResources } from './rules.ts';

const SPEC = Path.of('spec');
const ACTIONS = ['Audit', 'Deny', 'Warn'];
const NOT_FOUND = ['Deny', 'Allow'];
const EXCLUSIVE = 'name and selector are mutually exclusive';

function paramRef(ref: ParamRef | undefined, path: Path): FieldError[] {
  if (!ref) return [];
  const { name = '', selector, parameterNotFoundAction: action = '' } = ref;
  const at = path.child('parameterNotFoundAction');
  return [
    ...(name === '' ? [] : each(path.child('name'), name, isValidPathSegmentName(name))),
    ...(name !== '' && selector ? [forbidden(path.child('name'), EXCLUSIVE)] : []),
    ...labelSelector(selector, path.child('selector')),
    ...(name !== '' && selector ? [forbidden(path.child('selector'), EXCLUSIVE)] : []),
    ...(name === '' && !selector ? [required(path, 'one of name or selector must be specified')] : []),
    ...(action === '' ? [required(at)] : NOT_FOUND.includes(action) ? [] : [notSupported(at, action, NOT_FOUND)]),
  ];
}

function validationActions(actions: readonly string[]): FieldError[] {
  const path = SPEC.child('validationActions');
  const isDoubled = actions.includes('Deny') && actions.includes('Warn');
  return [
    ...actions.flatMap((a, i) => [
      ...(ACTIONS.includes(a) ? [] : [notSupported(path.index(i), a, ACTIONS)]),
      ...(actions.indexOf(a) < i ? [duplicate(path.index(i), a)] : []),
    ]),
    ...(isDoubled
      ? [
          invalid(
            path,
            actions,
            'must not contain both Deny and Warn (repeating the same validation failure information in the API response and headers serves no purpose)',
          ),
        ]
      : []),
    ...(actions.length === 0 ? [required(path, 'at least one validation action is required')] : []),
  ];
}

export function validatePolicyBinding({ spec }: ValidatingAdmissionPolicyBinding): ErrorList {
  const name = spec.policyName ?? '';
  const path = SPEC.child('policyName');
  return [
    ...(name === '' ? [required(path)] : each(path, name, nameIsDNSSubdomain(name))),
    ...paramRef(spec.paramRef, SPEC.child('paramRef')),
    ...matchResources(spec.matchResources, SPEC.child('matchResources')),
    ...validationActions(spec.validationActions ?? []),
  ];
}

export const validatePolicyBindingUpdate = (binding: ValidatingAdmissionPolicyBinding, _old: ValidatingAdmissionPolicyBinding): ErrorList =>
  validatePolicyBinding(binding);
