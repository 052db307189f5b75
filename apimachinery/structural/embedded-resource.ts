/** Whether what a schema declares as resources within a value (x-kubernetes-embedded-resource) says what it is, and has metadata as every resource. Behaves like upstream apiextensions-apiserver/pkg/apiserver/schema/objectmeta/validation.go. */
import { schemaIn, type Schema } from '../cel/schema-types.ts';
import { own } from '../own.ts';
import { typedMeta } from '../schema/object-meta.ts';
import type { ObjectMeta } from '../types/meta.gen.ts';
import { isDNS1035Label } from '../validation/dns.ts';
import { invalid, required, type FieldError, type Path } from '../validation/field.ts';
import { pathSegmentName } from '../validation/names.ts';
import { validateObjectMeta } from '../validation/object-meta.ts';
import { isMembers } from './correlation.ts';

type Members = Readonly<Record<string, unknown>>;

/** undefined: the schema knows no such resource. */
export function embeddedResourceCheck(schema: Schema): ((value: unknown, path: Path) => FieldError[]) | undefined {
  return hasEmbedded(schema) ? (value, path) => errorsAt(schema, value, path) : undefined;
}

const itemsOf = ({ items }: Schema): Schema | undefined => schemaIn(items as Schema | readonly unknown[] | undefined);

function hasEmbedded(schema: Schema): boolean {
  if (schema['x-kubernetes-embedded-resource']) return true;
  return [itemsOf(schema), schemaIn(schema.additionalProperties), ...Object.values(schema.properties ?? {})].some((part) => part && hasEmbedded(part));
}

function errorsAt(schema: Schema, value: unknown, path: Path): FieldError[] {
  if (Array.isArray(value)) {
    const items = itemsOf(schema);
    return items ? value.flatMap((item, i) => errorsAt(items, item, path.index(i))) : [];
  }
  return isMembers(value) ? [...(schema['x-kubernetes-embedded-resource'] ? resourceErrors(value, path) : []), ...memberErrors(schema, value, path)] : [];
}

function memberErrors(schema: Schema, value: Members, path: Path): FieldError[] {
  const rest = schemaIn(schema.additionalProperties);
  return Object.entries(value).flatMap(([name, member]) => {
    const property = own(schema.properties, name);
    if (property) return errorsAt(property, member, path.child(name));
    return rest ? errorsAt(rest, member, path.key(name)) : [];
  });
}

function resourceErrors(value: Members, path: Path): FieldError[] {
  return [...missing(value, 'apiVersion', path), ...missing(value, 'kind', path), ...textErrors(value, 'apiVersion', path, versionProblem), ...textErrors(value, 'kind', path, kindProblem), ...metaErrors(value, path.child('metadata'))];
}

const missing = (value: Members, name: string, path: Path): FieldError[] => (value[name] === undefined ? [required(path.child(name))] : []);

function textErrors(value: Members, name: string, path: Path, problemOf: (text: string) => string | undefined): FieldError[] {
  const text = value[name];
  if (text === undefined) return [];
  const problem = typeof text !== 'string' ? 'must be a string' : text === '' ? 'must not be empty' : problemOf(text);
  return problem === undefined ? [] : [invalid(path.child(name), text, problem)];
}

const versionProblem = (text: string): string | undefined => (text.split('/').length > 2 ? `unexpected GroupVersion string: ${text}` : undefined);

function kindProblem(text: string): string | undefined {
  const problems = isDNS1035Label(text.toLowerCase());
  return problems.length === 0 ? undefined : `may have mixed case, but should otherwise match: ${problems.join(',')}`;
}

/** It needs no name. */
function metaErrors({ metadata }: Members, path: Path): FieldError[] {
  if (metadata === undefined) return [];
  const typed = typedMeta(metadata, undefined);
  if (typeof typed === 'string') return [invalid(path, metadata, typed)];
  const meta = typed.meta as ObjectMeta;
  return validateObjectMeta({ ...meta, name: meta.name || 'fakename' }, Boolean(meta.namespace), pathSegmentName, path);
}
