/** Which requests a webhook or policy sees. Behaves like upstream pkg/apis/admissionregistration/validation/validation.go (validateRuleWithOperations, validateMatchResources). */
import type { MatchResources, NamedRuleWithOperations, RuleWithOperations } from '../../../apimachinery/types/admissionregistration.gen.ts';
import { duplicate, invalid, notSupported, required, type FieldError, type Path } from '../../../apimachinery/validation/field.ts';
import { isValidPathSegmentName } from '../../../apimachinery/validation/names.ts';
import { labelSelector } from '../../core/validation/fields.ts';
import { each } from '../../core/validation/format.ts';

const OPERATIONS = ['*', 'CONNECT', 'CREATE', 'DELETE', 'UPDATE'];
const SCOPES = ['*', 'Cluster', 'Namespaced'];
export const MATCH_POLICIES = ['Equivalent', 'Exact'];
export const FAILURE_POLICIES = ['Fail', 'Ignore'];

type Rule = Pick<RuleWithOperations, 'operations' | 'apiGroups' | 'apiVersions' | 'resources' | 'scope'>;

/** At least one; '*' stands alone. */
function listOf(values: readonly string[], others: string, path: Path): FieldError[] {
  if (values.length === 0) return [required(path)];
  return values.length > 1 && values.includes('*') ? [invalid(path, values, `if '*' is present, must not specify other ${others}`)] : [];
}

const blanks = (values: readonly string[], path: Path): FieldError[] =>
  values.flatMap((v, i) => (v === '' ? [required(path.index(i))] : []));

interface Seen {
  /** Resources of which all subresources are named, and the reverse. */
  readonly wholes: Set<string>;
  readonly subresources: Set<string>;
}

function subresource(text: string, { wholes, subresources }: Seen, path: Path): FieldError[] {
  const at = text.indexOf('/');
  if (at < 0) return [];
  const [resource, sub] = [text.slice(0, at), text.slice(at + 1)];
  const errors = [
    ...(wholes.has(resource) ? [invalid(path, text, `if '${resource}/*' is present, must not specify ${text}`)] : []),
    ...(subresources.has(sub) ? [invalid(path, text, `if '*/${sub}' is present, must not specify ${text}`)] : []),
  ];
  if (sub === '*') wholes.add(resource);
  if (resource === '*') subresources.add(sub);
  return errors;
}

function resources(list: readonly string[], path: Path): FieldError[] {
  const seen: Seen = { wholes: new Set(), subresources: new Set() };
  const plain = list.filter((r) => r !== '' && !r.includes('/'));
  /** Upstream looks at the last one only. */
  const hasOther = plain.length > 0 && plain.at(-1) !== '*';
  return [
    ...(list.length === 0 ? [required(path)] : []),
    ...list.flatMap((r, i) => (r === '' ? [required(path.index(i))] : subresource(r, seen, path.index(i)))),
    ...(list.length > 1 && list.includes('*/*') ? [invalid(path, list, "if '*/*' is present, must not specify other resources")] : []),
    ...(list.includes('*') && hasOther
      ? [invalid(path, list, "if '*' is present, must not specify other resources without subresources")]
      : []),
  ];
}

export function rule(r: Rule, path: Path): FieldError[] {
  const versions = r.apiVersions ?? [];
  const operations = r.operations ?? [];
  return [
    ...listOf(operations, 'operations', path.child('operations')),
    ...operations.flatMap((o, i) => (OPERATIONS.includes(o) ? [] : [notSupported(path.child('operations').index(i), o, OPERATIONS)])),
    ...listOf(r.apiGroups ?? [], 'API groups', path.child('apiGroups')),
    ...listOf(versions, 'API versions', path.child('apiVersions')),
    ...blanks(versions, path.child('apiVersions')),
    ...resources(r.resources ?? [], path.child('resources')),
    ...(r.scope === undefined || SCOPES.includes(r.scope) ? [] : [notSupported(path.child('scope'), r.scope, SCOPES)]),
  ];
}

function namedRule(r: NamedRuleWithOperations, path: Path): FieldError[] {
  const names = r.resourceNames ?? [];
  const at = path.child('resourceNames');
  return [
    ...names.flatMap((n, i) => [
      ...each(at.index(i), n, isValidPathSegmentName(n)),
      ...(names.indexOf(n) < i ? [duplicate(at.index(i), n)] : []),
    ]),
    ...rule(r, path),
  ];
}

export function matchResources(m: MatchResources | undefined, path: Path): FieldError[] {
  if (!m) return [];
  const policy = path.child('matchPolicy');
  const selectors = (['namespaceSelector', 'objectSelector'] as const).flatMap((f) =>
    m[f] ? labelSelector(m[f], path.child(f)) : [required(path.child(f))],
  );
  return [
    ...(m.matchPolicy === undefined
      ? [required(policy)]
      : MATCH_POLICIES.includes(m.matchPolicy)
        ? []
        : [notSupported(policy, m.matchPolicy, MATCH_POLICIES)]),
    ...selectors,
    ...(m.resourceRules ?? []).flatMap((r, i) => namedRule(r, path.child('resourceRules').index(i))),
    ...(m.excludeResourceRules ?? []).flatMap((r, i) => namedRule(r, path.child('excludeResourceRules').index(i))),
  ];
}
