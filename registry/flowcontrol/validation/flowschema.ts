/** FlowSchemas. Behaves like upstream pkg/apis/flowcontrol/validation/validation.go. */
import { own } from '../../../apimachinery/own.ts';
import type {
  FlowSchema,
  NonResourcePolicyRule,
  PolicyRulesWithSubjects,
  ResourcePolicyRule,
  ServiceAccountSubject,
  Subject,
} from '../../../apimachinery/types/flowcontrol.gen.ts';
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
import { semanticEqual } from '../../core/equality.ts';
import { requiredText } from '../../core/validation/fields.ts';
import { each, nameIsDNSLabel, nameIsDNSSubdomain } from '../../core/validation/format.ts';
import { MANDATORY_SCHEMAS } from '../mandatory.ts';

const SPEC = Path.of('spec');
const MAX_PRECEDENCE = 10000;
const METHODS = ['ByNamespace', 'ByUser'];
const KINDS = ['Group', 'ServiceAccount', 'User'];
const VERBS = ['create', 'delete', 'deletecollection', 'get', 'list', 'patch', 'proxy', 'update', 'watch'];

function serviceAccount(s: ServiceAccountSubject, path: Path): FieldError[] {
  const { name, namespace } = s;
  const [namePath, namespacePath] = [path.child('name'), path.child('namespace')];
  return [
    ...(name ? (name === '*' ? [] : each(namePath, name, nameIsDNSSubdomain(name))) : [required(namePath)]),
    ...(namespace
      ? each(namespacePath, namespace, nameIsDNSLabel(namespace))
      : [required(namespacePath, 'must specify namespace for service account')]),
  ];
}

const FIELDS = { ServiceAccount: 'serviceAccount', User: 'user', Group: 'group' } as const;

/** In the order in which upstream looks for what is too much. */
const OTHERS = ['ServiceAccount', 'User', 'Group'] as const;

function subject(s: Subject, path: Path): FieldError[] {
  const kind = OTHERS.find((k) => k === s.kind);
  if (!kind) return [notSupported(path.child('kind'), s.kind ?? '', KINDS)];
  const field = FIELDS[kind];
  const at = path.child(field);
  const given = s[field];
  const own = !given
    ? [required(at, `${field} is required when subject kind is '${kind}'`)]
    : kind === 'ServiceAccount'
      ? serviceAccount(given as ServiceAccountSubject, at)
      : requiredText(given.name, at.child('name'));
  const others = OTHERS.filter((k) => k !== kind && s[FIELDS[k]] !== undefined);
  return [...own, ...others.map((k) => forbidden(path.child(FIELDS[k]), `${FIELDS[k]} is forbidden when subject kind is not '${k}'`))];
}

const wildcard = (list: readonly string[], others: string, path: Path): FieldError[] =>
  list.length > 1 && list.includes('*') ? [invalid(path, list, `if '*' is present, must not specify other ${others}`)] : [];

function verbs(list: readonly string[], path: Path): FieldError[] {
  if (list.length === 0) return [required(path, 'verbs must contain at least one value')];
  if (list.includes('*')) return wildcard(list, 'verbs', path);
  return list.every((v) => VERBS.includes(v)) ? [] : [notSupported(path, list, VERBS)];
}

function urlProblem(url: string): string | undefined {
  if (url === '') return 'must not be empty';
  if (url === '/') return undefined;
  if (!url.startsWith('/')) return 'must start with slash';
  if (url.includes(' ')) return 'must not contain white-space';
  if (url.includes('//')) return 'must not contain double slash';
  const stars = url.split('*').length - 1;
  return stars > 1 || (stars === 1 && !url.endsWith('/*')) ? 'wildcard can only do suffix matching' : undefined;
}

function nonResourceRule(rule: NonResourcePolicyRule, path: Path): FieldError[] {
  const urls = rule.nonResourceURLs ?? [];
  const at = path.child('nonResourceURLs');
  const own = urls.flatMap((url, i) => {
    const problem = urlProblem(url);
    return problem === undefined ? [] : [invalid(at.index(i), url, problem)];
  });
  return [
    ...verbs(rule.verbs ?? [], path.child('verbs')),
    ...(urls.length === 0
      ? [required(at, 'nonResourceURLs must contain at least one value')]
      : urls.includes('*')
        ? wildcard(urls, 'non-resource URLs', at)
        : own),
  ];
}

function namespaces(rule: ResourcePolicyRule, path: Path): FieldError[] {
  const list = rule.namespaces ?? [];
  if (list.length === 0 && !rule.clusterScope)
    return [required(path, 'resource rules that are not cluster scoped must supply at least one namespace')];
  if (list.includes('*')) return wildcard(list, 'namespaces', path);
  return list.flatMap((n, i) =>
    nameIsDNSLabel(n).map((m) => invalid(path.index(i), n, `each member of this list must be '*' or a DNS-1123 label; ${m}`)),
  );
}

function resourceRule(rule: ResourcePolicyRule, path: Path): FieldError[] {
  const [groups, resources] = [rule.apiGroups ?? [], rule.resources ?? []];
  const [groupsPath, resourcesPath] = [path.child('apiGroups'), path.child('resources')];
  return [
    ...verbs(rule.verbs ?? [], path.child('verbs')),
    ...(groups.length === 0
      ? [required(groupsPath, 'resource rules must supply at least one api group')]
      : wildcard(groups, 'api groups', groupsPath)),
    ...(resources.length === 0
      ? [required(resourcesPath, 'resource rules must supply at least one resource')]
      : wildcard(resources, 'resources', resourcesPath)),
    ...namespaces(rule, path.child('namespaces')),
  ];
}

function rules(rule: PolicyRulesWithSubjects, path: Path): FieldError[] {
  const [subjects, resources, others] = [rule.subjects ?? [], rule.resourceRules ?? [], rule.nonResourceRules ?? []];
  return [
    ...(subjects.length === 0 ? [required(path.child('subjects'), 'subjects must contain at least one value')] : []),
    ...subjects.flatMap((s, i) => subject(s, path.child('subjects').index(i))),
    ...(resources.length + others.length === 0
      ? [required(path, 'at least one of resourceRules and nonResourceRules has to be non-empty')]
      : []),
    ...resources.flatMap((r, i) => resourceRule(r, path.child('resourceRules').index(i))),
    ...others.flatMap((r, i) => nonResourceRule(r, path.child('nonResourceRules').index(i))),
  ];
}

function precedence(n: number, name: string): FieldError[] {
  const path = SPEC.child('matchingPrecedence');
  return [
    ...(n <= 0 ? [invalid(path, n, 'must be a positive value')] : []),
    ...(n > MAX_PRECEDENCE ? [invalid(path, n, `must not be greater than ${MAX_PRECEDENCE}`)] : []),
    ...(n === 1 && name !== 'exempt' ? [invalid(path, n, "only the schema named 'exempt' may have matchingPrecedence 1")] : []),
  ];
}

export function conditionTypes(list: readonly { readonly type?: string }[] | undefined): FieldError[] {
  const path = Path.of('status', 'conditions');
  const types = (list ?? []).map((c) => c.type ?? '');
  return types.flatMap((type, i) => {
    const at = path.index(i).child('type');
    return [...(types.indexOf(type) < i ? [duplicate(at, type)] : []), ...(type === '' ? [required(at)] : [])];
  });
}

export function validateFlowSchema({ metadata, spec, status }: FlowSchema): ErrorList {
  const name = metadata.name ?? '';
  const method = spec.distinguisherMethod;
  const level = spec.priorityLevelConfiguration?.name;
  const levelPath = SPEC.child('priorityLevelConfiguration', 'name');
  const fixed = own(MANDATORY_SCHEMAS, name);
  return [
    ...precedence(spec.matchingPrecedence ?? 0, name),
    ...(method && !METHODS.includes(method.type)
      ? [notSupported(SPEC.child('distinguisherMethod', 'type'), { Type: method.type ?? '' }, METHODS)]
      : []),
    ...(level ? each(levelPath, level, nameIsDNSSubdomain(level)) : [required(levelPath, 'must reference a priority level')]),
    ...(spec.rules ?? []).flatMap((r, i) => rules(r, SPEC.child('rules').index(i))),
    ...(fixed && !semanticEqual(spec, fixed) ? [invalid(SPEC, spec, `spec of '${name}' must equal the fixed value`)] : []),
    ...conditionTypes(status?.conditions),
  ];
}

export const validateFlowSchemaUpdate = (schema: FlowSchema, _old: FlowSchema): ErrorList => validateFlowSchema(schema);
export const validateFlowSchemaStatusUpdate = ({ status }: FlowSchema): ErrorList => conditionTypes(status.conditions);
