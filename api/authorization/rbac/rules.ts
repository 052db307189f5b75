/** What a PolicyRule allows and covers. Behaves like upstream pkg/apis/rbac/v1/evaluation_helpers.go and component-helpers/auth/rbac/validation. */
import type * as rbac from '../../../apimachinery/types/rbac.gen.ts';
import type { DeepReadonly } from '../../../apimachinery/types/type.ts';
import type { AuthorizationAttributes } from '../interface.ts';

export type PolicyRule = DeepReadonly<rbac.PolicyRule>;
type Names = readonly string[] | null | undefined;

const NONE: readonly string[] = [];
const listed = (names: Names): readonly string[] => names ?? NONE;

export function ruleAllows(a: AuthorizationAttributes, rule: PolicyRule): boolean {
  const verbs = listed(rule.verbs);
  if (!verbs.includes('*') && !verbs.includes(a.verb)) return false;
  if (!a.isResourceRequest) return listed(rule.nonResourceURLs).some((url) => url === '*' || urlCovers(url, a.path));
  const groups = listed(rule.apiGroups);
  if (!groups.includes('*') && !groups.includes(a.apiGroup)) return false;
  const names = listed(rule.resourceNames);
  return resourceMatches(listed(rule.resources), a) && (names.length === 0 || names.includes(a.name));
}

function resourceMatches(resources: readonly string[], { resource, subresource }: AuthorizationAttributes): boolean {
  if (subresource === '') return resources.includes('*') || resources.includes(resource);
  return resources.includes('*') || resources.includes(`${resource}/${subresource}`) || resources.includes(`*/${subresource}`);
}

function urlCovers(owner: string, path: string): boolean {
  return owner === path || (owner.endsWith('*') && path.startsWith(owner.replace(/\*+$/, '')));
}

/** Rules of one verb, one resource (or URL) and at most one name each. */
export function breakdown(rule: PolicyRule): PolicyRule[] {
  const verbs = listed(rule.verbs);
  const names = listed(rule.resourceNames);
  const single: PolicyRule[] = [];
  for (const group of listed(rule.apiGroups)) {
    for (const resource of listed(rule.resources)) {
      for (const verb of verbs) {
        const one = { apiGroups: [group], resources: [resource], verbs: [verb] };
        if (names.length === 0) single.push(one);
        for (const name of names) single.push({ ...one, resourceNames: [name] });
      }
    }
  }
  for (const url of listed(rule.nonResourceURLs)) for (const verb of verbs) single.push({ nonResourceURLs: [url], verbs: [verb] });
  return single;
}

/** The broken-down rules that the owner's do not cover. */
export function uncovered(owner: readonly PolicyRule[], wanted: readonly PolicyRule[]): PolicyRule[] {
  return wanted.flatMap(breakdown).filter((one) => !owner.some((rule) => covers(rule, one)));
}

function covers(owner: PolicyRule, one: PolicyRule): boolean {
  const all = (set: Names, star: boolean, wanted: Names): boolean => (star && listed(set).includes('*')) || listed(wanted).every((w) => listed(set).includes(w));
  if (!all(owner.verbs, true, one.verbs) || !all(owner.apiGroups, true, one.apiGroups)) return false;
  if (!listed(one.resources).every((r) => resourceCovers(listed(owner.resources), r))) return false;
  if (!listed(one.nonResourceURLs).every((url) => listed(owner.nonResourceURLs).some((o) => urlCovers(o, url)))) return false;
  const names = listed(owner.resourceNames);
  return names.length === 0 || (listed(one.resourceNames).length > 0 && listed(one.resourceNames).every((n) => names.includes(n)));
}

function resourceCovers(owner: readonly string[], resource: string): boolean {
  if (owner.includes('*') || owner.includes(resource)) return true;
  const slash = resource.indexOf('/');
  return slash >= 0 && owner.includes(`*${resource.slice(slash)}`);
}

/** Joins rules that differ in their verb only. */
export function compact(rules: readonly PolicyRule[]): PolicyRule[] {
  const joined = new Map<string, PolicyRule>();
  for (const rule of rules) {
    const key = JSON.stringify([rule.apiGroups, rule.resources, rule.resourceNames, rule.nonResourceURLs && [rule.nonResourceURLs, rule.verbs]]);
    const known = joined.get(key);
    joined.set(key, known ? { ...known, verbs: [...listed(known.verbs), ...listed(rule.verbs)] } : rule);
  }
  return [...joined.values()];
}

function quoted(names: readonly string[]): string {
  return `[${names.map((n) => JSON.stringify(n)).join(' ')}]`;
}

/** `{APIGroups:[""], Resources:["pods"], Verbs:["get" "list"]}` */
export function compactString(rule: PolicyRule): string {
  const parts: readonly (readonly [string, Names])[] = [
    ['APIGroups', rule.apiGroups],
    ['Resources', rule.resources],
    ['NonResourceURLs', rule.nonResourceURLs],
    ['ResourceNames', rule.resourceNames],
    ['Verbs', rule.verbs],
  ];
  const shown = parts.filter(([, names]) => listed(names).length > 0).map(([label, names]) => `${label}:${quoted(listed(names))}`);
  return `{${shown.join(', ')}}`;
}
