/** Defaults within structural schemas. Behaves like upstream apiextensions-apiserver/pkg/apiserver/schema/defaulting/validation.go, without the rules of values. */
import type { JsonObject } from '../../../apimachinery/meta.ts';
import type { Struct } from '../../../apimachinery/schema/model.ts';
import { compileOpenapi } from '../../../apimachinery/schema/openapi-compile.ts';
import { prune } from '../../../apimachinery/schema/prune.ts';
import type { JSONSchemaProps } from '../../../apimachinery/types/apiextensions.gen.ts';
import { invalid, required, type FieldError, type Path } from '../../../apimachinery/validation/field.ts';
import { isDNS1035Label } from '../../core/validation/format.ts';
import { entries, itemSchema, schemaIn, type Schema } from './schema-walk.ts';

const META_FIELDS: ReadonlySet<string> = new Set(['metadata', 'kind', 'apiVersion']);
type Members = Readonly<Record<string, unknown>>;
const isObject = (value: unknown): value is Members => typeof value === 'object' && value !== null && !Array.isArray(value);

export function defaultErrors(root: Schema, path: Path, requirePruned: boolean): FieldError[] {
  return errorsAt({ ...root, 'x-kubernetes-embedded-resource': true }, path, requirePruned, false);
}

function errorsAt(s: Schema, path: Path, requirePruned: boolean, isInMeta: boolean): FieldError[] {
  const isEmbedded = s['x-kubernetes-embedded-resource'] === true;
  const inMeta = isInMeta && !isEmbedded;
  const items = itemSchema(s);
  return [
    ...(s.default === undefined || s.default === null || inMeta ? [] : valueErrors(s, path.child('default'), requirePruned)),
    ...(items ? errorsAt(items, path.child('items'), requirePruned, inMeta) : []),
    ...entries(s.properties).flatMap(([name, member]) =>
      errorsAt(member, path.child('properties').key(name), requirePruned, inMeta || (isEmbedded && META_FIELDS.has(name))),
    ),
  ];
}

function valueErrors(s: Schema, path: Path, requirePruned: boolean): FieldError[] {
  const unpruned = requirePruned && hasUnknown(s) ? [invalid(path, s.default, 'must not have unknown fields')] : [];
  return [...unpruned, ...embeddedErrors(s, s.default, path)];
}

/** Whether the default would lose something where it is used. */
export function hasUnknown(s: Schema): boolean {
  const holder: Struct = {
    kind: 'struct',
    fields: new Map([['value', { name: 'value', schema: compileOpenapi(s as JSONSchemaProps), required: false }]]),
    unknown: 'drop',
    merge: 'granular',
  };
  return prune(holder, { value: structuredClone(s.default) } as JsonObject).length > 0;
}

/** Objects within objects say what they are. */
function embeddedErrors(s: Schema, value: unknown, path: Path): FieldError[] {
  if (Array.isArray(value)) {
    const items = itemSchema(s);
    return items ? value.flatMap((item, i) => embeddedErrors(items, item, path.index(i))) : [];
  }
  if (!isObject(value)) return [];
  const additional = schemaIn(s.additionalProperties);
  return [
    ...(s['x-kubernetes-embedded-resource'] ? typeMetaErrors(value, path) : []),
    ...Object.entries(value).flatMap(([name, member]) => {
      const declared = s.properties?.[name];
      if (declared) return embeddedErrors(declared, member, path.child(name));
      return additional ? embeddedErrors(additional, member, path.key(name)) : [];
    }),
  ];
}

function typeMetaErrors({ apiVersion, kind }: Members, path: Path): FieldError[] {
  const text = (value: unknown, name: string, wrong: (text: string) => string | undefined): FieldError[] => {
    const at = path.child(name);
    if (value === undefined) return [required(at)];
    if (typeof value !== 'string') return [invalid(at, value, 'must be a string')];
    const problem = value === '' ? 'must not be empty' : wrong(value);
    return problem === undefined ? [] : [invalid(at, value, problem)];
  };
  const wrongKind = (name: string): string | undefined => {
    const problems = isDNS1035Label(name.toLowerCase());
    return problems.length > 0 ? `may have mixed case, but should otherwise match: ${problems.join(',')}` : undefined;
  };
  const wrongVersion = (name: string): string | undefined =>
    name.split('/').length > 2 ? `unexpected GroupVersion string: ${name}` : undefined;
  return [...text(apiVersion, 'apiVersion', wrongVersion), ...text(kind, 'kind', wrongKind)];
}
