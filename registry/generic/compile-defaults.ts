/** Compiles the code defaults of the types within a schema to one function: parents before children, parts without defaults skipped. */
import type { Obj } from '../../apimachinery/meta.ts';
import type { Schema } from '../../apimachinery/schema/model.ts';

type Apply = (value: unknown) => void;
type DefaultsOf = (typeName: string) => Apply | undefined;

export function compileDefaults(schema: Schema, defaultsOf: DefaultsOf): (value: Obj) => void {
  const needs = (s: Schema): boolean => hasDefaults(s, defaultsOf, new Set());
  const compiled = new Map<Schema, Apply>();
  const compile = (s: Schema): Apply => {
    let apply = compiled.get(s);
    if (!apply) {
      let real: Apply | undefined;
      compiled.set(s, (apply = (value) => real?.(value)));
      real = build(s, defaultsOf, (child) => (needs(child) ? compile(child) : undefined));
    }
    return apply;
  };
  return compile(schema) as (value: Obj) => void;
}

function hasDefaults(schema: Schema, defaultsOf: DefaultsOf, seen: Set<Schema>): boolean {
  if (seen.has(schema)) return false;
  seen.add(schema);
  if (schema.kind === 'list') return hasDefaults(schema.items, defaultsOf, seen);
  if (schema.kind === 'map') return hasDefaults(schema.values, defaultsOf, seen);
  if (schema.kind !== 'struct') return false;
  if (schema.name !== undefined && defaultsOf(schema.name)) return true;
  return [...schema.fields.values()].some((f) => hasDefaults(f.schema, defaultsOf, seen));
}

function build(schema: Schema, defaultsOf: DefaultsOf, child: (schema: Schema) => Apply | undefined): Apply {
  if (schema.kind === 'list') return each(child(schema.items));
  if (schema.kind === 'map') return each(child(schema.values));
  if (schema.kind !== 'struct') return () => undefined;
  const own = schema.name === undefined ? undefined : defaultsOf(schema.name);
  const fields = [...schema.fields.values()].flatMap((f) => {
    const apply = child(f.schema);
    return apply ? [[f.name, apply] as const] : [];
  });
  return (value) => {
    if (typeof value !== 'object' || value === null) return;
    own?.(value);
    for (const [name, apply] of fields) apply((value as Record<string, unknown>)[name]);
  };
}

function each(apply: Apply | undefined): Apply {
  return (value) => {
    if (apply && typeof value === 'object' && value !== null) Object.values(value).forEach(apply);
  };
}
