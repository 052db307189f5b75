/** The kinds that the rules of a policy name outright: no wildcards, no subresources. Behaves like upstream apiserver/pkg/admission/plugin/policy/validating/typechecking.go (typesToCheck) with apimachinery/pkg/api/meta/restmapper.go (KindsFor). */
import { parseApiVersion, type GroupVersionKind } from '../../apimachinery/meta.ts';
import type { NamedRuleWithOperations } from '../../apimachinery/types/admissionregistration.gen.ts';
import type { APIGroupList, APIResourceList } from '../../apimachinery/types/meta.gen.ts';
import type { DeepReadonly } from '../../apimachinery/types/type.ts';
import type { Client } from '../../client/interface.ts';
import { readIfThere } from './read.ts';

type Rule = DeepReadonly<NamedRuleWithOperations>;

/** Of one rule. */
const MAX_KINDS = 10;

/** Each once, by group, version and kind. */
export async function kindsOf(client: Client, rules: readonly Rule[]): Promise<readonly GroupVersionKind[]> {
  const found = new Map<string, GroupVersionKind>();
  for (const rule of rules) {
    const kinds = (await kindsOfRule(client, rule)).slice(0, MAX_KINDS);
    for (const kind of kinds) found.set(`${kind.group}\n${kind.version}\n${kind.kind}`, kind);
    if (kinds.length === MAX_KINDS) break;
  }
  return [...found].sort(([a], [b]) => (a < b ? -1 : 1)).map(([, kind]) => kind);
}

async function kindsOfRule(client: Client, { apiGroups = [], apiVersions = [], resources = [] }: Rule): Promise<readonly GroupVersionKind[]> {
  if ([...apiGroups, ...apiVersions].some((text) => text.includes('*'))) return [];
  const names = resources.filter((text) => !/[*/]/.test(text)).sort();
  const out: GroupVersionKind[] = [];
  for (const group of [...apiGroups].sort()) {
    for (const version of [...apiVersions].sort()) {
      const lists = await listsOf(client, group.toLowerCase(), version.toLowerCase());
      for (const name of names) out.push(...lists.flatMap((list) => kindsNamed(list, name.toLowerCase())));
    }
  }
  return out;
}

/** Of the group; '' leaves open which group has the version. */
async function listsOf(client: Client, group: string, version: string): Promise<readonly APIResourceList[]> {
  if (group !== '') return present([await readIfThere<APIResourceList>(client, `/apis/${group}/${version}`)]);
  const groups = (await readIfThere<APIGroupList>(client, '/apis'))?.groups ?? [];
  const having = groups.filter(({ versions }) => (versions ?? []).some((v) => v.version === version));
  return present(await Promise.all([`/api/${version}`, ...having.map(({ name }) => `/apis/${name}/${version}`)].map((path) => readIfThere<APIResourceList>(client, path))));
}

const present = <T>(items: readonly (T | undefined)[]): readonly T[] => items.filter((item) => item !== undefined);

function kindsNamed({ groupVersion, resources }: APIResourceList, name: string): readonly GroupVersionKind[] {
  const gv = parseApiVersion(groupVersion);
  const found = (resources ?? []).find((r) => r.name === name || (!r.name.includes('/') && (r.singularName || r.kind.toLowerCase()) === name));
  return gv && found ? [{ ...gv, kind: found.kind }] : [];
}
