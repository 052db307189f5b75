/** Keeps what a role or binding of the server must hold, without taking away what was added. Behaves like upstream component-helpers/auth/rbac/reconciliation. */
import type { Obj } from '../../apimachinery/meta.ts';
import type { DeepReadonly } from '../../apimachinery/types/type.ts';
import { uncovered, type PolicyRule } from '../authorization/rbac/rules.ts';

const AUTOUPDATE = 'rbac.authorization.kubernetes.io/autoupdate';

interface Subject {
  readonly kind?: string;
  readonly name?: string;
  readonly namespace?: string;
}

/** Undefined: nothing is missing, or its owner wants no updates. */
export function completed(existing: DeepReadonly<Obj>, wanted: DeepReadonly<Obj>): Obj | undefined {
  if (existing.metadata.annotations?.[AUTOUPDATE] !== 'true') return undefined;
  if (wanted['roleRef'] !== undefined) return withSubjects(existing, wanted);
  if (wanted['aggregationRule'] !== undefined || !Array.isArray(wanted['rules'])) return undefined;
  const rules = (existing['rules'] ?? []) as readonly PolicyRule[];
  const missing = (wanted['rules'] as readonly PolicyRule[]).filter((rule) => uncovered(rules, [rule]).length > 0);
  return missing.length === 0 ? undefined : ({ ...structuredClone(existing as Obj), rules: [...rules, ...missing] } as Obj);
}

function withSubjects(existing: DeepReadonly<Obj>, wanted: DeepReadonly<Obj>): Obj | undefined {
  const id = ({ kind, name, namespace }: Subject): string => `${kind}/${namespace ?? ''}/${name}`;
  const subjects = (existing['subjects'] ?? []) as readonly Subject[];
  const known = new Set(subjects.map(id));
  const missing = ((wanted['subjects'] ?? []) as readonly Subject[]).filter((s) => !known.has(id(s)));
  return missing.length === 0 ? undefined : ({ ...structuredClone(existing as Obj), subjects: [...subjects, ...missing] } as Obj);
}
