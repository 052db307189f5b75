/**
 * Defaulting: functions that belong to built-in types, wherever these are embedded, and the defaults of custom resources' schemas.
 * The functions themselves stand in registry/<group>/defaults.ts. Behaves like upstream's zz_generated.defaults.go and apiextensions-apiserver pkg/apiserver/schema/defaulting.
 */
import { copyValue } from './copy.ts';
import { memoised, type Compiler, type Schema, type Struct } from './model.ts';

export type SetDefaults = (value: never) => void;
/** `base` (structs): members that are the base's own are left alone. */
type Visit = (value: unknown, base?: object) => void;

const nothing: Visit = () => undefined;

/**
 * `byType`: OpenAPI's type name to the function that completes a value of the type in place. The result compiles a schema once: the function runs on every value of the type inside an object, parents before children.
 * Parts in which no type has defaults are not visited, nor are members of the object that are those of `base`, an object that has its defaults.
 */
export function compileDefaults(byType: ReadonlyMap<string, (value: never) => void>): (schema: Schema) => Visit {
  const needed = memoReachable((schema) => schema.kind === 'struct' && schema.name !== undefined && byType.has(schema.name));
  return memoised<Visit>((schema, recur) => {
    if (!needed(schema)) return nothing;
    switch (schema.kind) {
      case 'struct':
        return visitStruct(schema, recur, needed, byType.get(schema.name ?? '') as ((value: unknown) => void) | undefined);
      case 'list':
        return visitItems(recur(schema.items));
      case 'map':
        return visitValues(recur(schema.values));
      default:
        return nothing;
    }
  });
}

function visitStruct(
  schema: Struct,
  recur: Compiler<Visit>,
  needed: (schema: Schema) => boolean,
  own: ((value: unknown) => void) | undefined,
): Visit {
  let members: readonly (readonly [string, Visit])[] | undefined;
  return (value, base) => {
    if (typeof value !== 'object' || value === null) return;
    members ??= [...schema.fields.values()].filter((f) => needed(f.schema)).map((f) => [f.name, recur(f.schema)] as const);
    own?.(value);
    for (let i = 0; i < members.length; i++) {
      const [name, visit] = members[i] as readonly [string, Visit];
      const member = (value as Record<string, unknown>)[name];
      if (member !== undefined && member !== null && member !== (base as Record<string, unknown> | undefined)?.[name]) visit(member);
    }
  };
}

function visitItems(visit: Visit): Visit {
  return (value) => {
    if (Array.isArray(value)) for (let i = 0; i < value.length; i++) visit(value[i]);
  };
}

function visitValues(visit: Visit): Visit {
  return (value) => {
    if (typeof value === 'object' && value !== null) for (const member of Object.values(value)) visit(member);
  };
}

/** Whether a schema that passes the test can be reached from a schema, itself included. */
function memoReachable(test: (schema: Schema) => boolean): (schema: Schema) => boolean {
  const known = new Map<Schema, boolean>();
  return (root) => {
    let found = known.get(root);
    if (found === undefined) known.set(root, (found = reaches(root, test, new Set())));
    return found;
  };
}

function reaches(schema: Schema, test: (schema: Schema) => boolean, seen: Set<Schema>): boolean {
  if (seen.has(schema)) return false;
  seen.add(schema);
  return test(schema) || children(schema).some((child) => reaches(child, test, seen));
}

function children(schema: Schema): readonly Schema[] {
  if (schema.kind === 'struct') return [...schema.fields.values()].map((f) => f.schema);
  if (schema.kind === 'list') return [schema.items];
  return schema.kind === 'map' ? [schema.values] : [];
}

/** Sets the defaults that a custom resource's schema declares, in place. Idempotent. */
export function setSchemaDefaults(schema: Schema | undefined, value: unknown): void {
  if (schema === undefined || typeof value !== 'object' || value === null) return;
  if (Array.isArray(value)) {
    if (schema.kind === 'list') defaultItems(schema.items, value);
  } else if (schema.kind === 'struct' && schema.name === undefined) defaultStruct(schema, value as Record<string, unknown>);
  else if (schema.kind === 'map') defaultValues(schema.values, value as Record<string, unknown>, () => true);
}

function defaultItems(items: Schema, list: unknown[]): void {
  list.forEach((item, i) => {
    if (replaces(items, item)) list[i] = copyValue(items.default ?? null);
    setSchemaDefaults(items, list[i]);
  });
}

function defaultStruct(schema: Struct, object: Record<string, unknown>): void {
  for (const { name, declared, schema: implied, default: own } of schema.fields.values()) {
    if (declared === null) continue;
    const member = declared ?? implied;
    const given = object[name];
    const standard = own ?? member.default;
    if (standard !== undefined && (given === undefined || replaces(member, given))) object[name] = copyValue(standard);
    if (object[name] !== undefined) setSchemaDefaults(member, object[name]);
  }
  if (typeof schema.unknown === 'object') defaultValues(schema.unknown, object, (key) => !schema.fields.has(key));
}

function defaultValues(values: Schema, object: Record<string, unknown>, applies: (key: string) => boolean): void {
  for (const key of Object.keys(object).filter(applies)) {
    if (replaces(values, object[key])) object[key] = copyValue(values.default ?? null);
    setSchemaDefaults(values, object[key]);
  }
}

const replaces = (schema: Schema, value: unknown): boolean => value === null && schema.nullable !== true;
