/**
 * Whether a value is what a structural schema wants. Neighbours: ./value-checks.ts, ./junctors.ts and ./problems.ts are its parts; ./rules.ts, ./list-types.ts and ./embedded-resource.ts judge what is left.
 * Behaves like upstream kube-openapi/pkg/validation/validate (schema.go, object_validator.go, slice_validator.go) and apiextensions-apiserver/pkg/apiserver/validation (validation.go, ratcheting.go).
 */
import { schemaIn, type Schema } from '../cel/schema-types.ts';
import { own } from '../own.ts';
import { required, tooMany, type FieldError, type Path } from '../validation/field.ts';
import { isMembers, type Correlated } from './correlation.ts';
import { formatNamed } from './formats.ts';
import { junctorCheck } from './junctors.ts';
import { fieldErrors, Found, type Check } from './problems.ts';
import { enumCheck, kindOf, numberCheck, refuse, textCheck, typeCheck, type Subject } from './value-checks.ts';

/** What has not changed may stay wrong. Alternatives are judged without a look at what was before. */
type NodeCheck = (value: unknown, where: string, found: Found, correlated?: Correlated) => void;

/** For any number of values. */
export class SchemaValidator {
  readonly #check: NodeCheck;

  constructor(schema: Schema, subject: Subject = 'objects') {
    this.#check = lazy(schema, subject);
  }

  /** `correlated`: the value beside what it was. `within`: what the value is; undefined: a whole object. */
  validate(value: unknown, correlated?: Correlated, within?: Path): FieldError[] {
    const found = new Found();
    ratcheted(this.#check, value, '', found, correlated);
    return found.problems.length === 0 ? [] : fieldErrors(found.problems, within);
  }
}

function ratcheted(check: NodeCheck, value: unknown, where: string, found: Found, correlated: Correlated | undefined): void {
  const before = found.problems.length;
  check(value, where, found, correlated);
  if (found.problems.length > before && correlated?.isEqual()) found.problems.length = before;
}

/** Compiled when the first value comes: schemas are large, and values seldom have all that they know. */
function lazy(schema: Schema, subject: Subject): NodeCheck {
  let made: NodeCheck | undefined;
  return (value, where, found, correlated) => (made ??= compile(schema, subject))(value, where, found, correlated);
}

/** What a node demands in any case counts as met: its type, its junctors, its enum, the node itself. */
function compile(schema: Schema, subject: Subject): NodeCheck {
  const part = (inner: Schema): Check => lazy(inner, subject);
  const [type, junctors, allowed] = [typeCheck(schema, subject), junctorCheck(schema, part), enumCheck(schema)];
  const [text, number] = [textCheck(schema), numberCheck(schema)];
  const [list, members] = [listCheck(schema, subject), membersCheck(schema, subject)];
  const met = (type ? 1 : 0) + 4;
  const metBy = { ...MET, string: formatNamed(schema.format) === undefined ? 1 : 2 };
  return (value, where, found, correlated) => {
    const kind = kindOf(value);
    if (type) type(value, where, found);
    else if (kind === 'null') found.matches++;
    if (kind === 'null') return allowed?.(null, where, found);
    junctors?.(value, where, found);
    if (kind === 'string') text?.(value, where, found);
    else if (kind === 'integer' || kind === 'number') number?.(value, where, found);
    else if (kind === 'array') list(value as readonly unknown[], where, found, correlated);
    allowed?.(value, where, found);
    if (isMembers(value)) members(value, where, found, correlated);
    found.matches += met + metBy[kind];
  };
}

/** What is met by being of a kind. */
const MET = { null: 0, string: 1, integer: 2, number: 2, boolean: 0, array: 2, object: 1 } as const;

function listCheck(schema: Schema, subject: Subject): (list: readonly unknown[], where: string, found: Found, correlated?: Correlated) => void {
  const items = schemaIn(schema.items as Schema | readonly unknown[] | undefined);
  const item = items && lazy(items, subject);
  const { minItems, maxItems } = schema;
  return (list, where, found, correlated) => {
    if (item) for (let i = 0; i < list.length; i++) ratcheted(item, list[i], `${where}[${i}]`, found, correlated?.index(i));
    const size = list.length;
    if (minItems !== undefined && size < minItems) refuse(where, size, `should have at least ${minItems} items`, found);
    if (maxItems !== undefined && size > maxItems) found.add({ text: `${where} in body should have at most ${maxItems} items`, where, told: (at) => tooMany(at, size, maxItems) });
  };
}

type Members = Readonly<Record<string, unknown>>;

function membersCheck(schema: Schema, subject: Subject): (value: Members, where: string, found: Found, correlated?: Correlated) => void {
  const additional = schemaIn(schema.additionalProperties);
  const rest = additional && lazy(additional, subject);
  const properties = Object.entries(schema.properties ?? {}).map(([name, property]) => [name, lazy(property, subject)] as const);
  const demanded = schema.required ?? [];
  return (value, where, found, correlated) => {
    countCheck(schema, value, where, found);
    if (rest) for (const name of Object.keys(value)) if (own(schema.properties, name) === undefined) ratcheted(rest, value[name], `${where}.${name}`, found, memberOf(correlated, where, name));
    for (const [name, check] of properties) if (own(value, name) !== undefined) ratcheted(check, value[name], where === '' ? name : `${where}.${name}`, found, memberOf(correlated, where, name));
    for (const name of demanded) if (own(value, name) === undefined) found.add({ text: `${where}.${name} in body is required`, where: `${where}.${name}`, told: (at) => required(at) });
  };
}

/** What says which kind of resource it is, is never what it was. */
const memberOf = (correlated: Correlated | undefined, where: string, name: string): Correlated | undefined => (where === '' && (name === 'apiVersion' || name === 'kind') ? undefined : correlated?.key(name));

function countCheck({ minProperties, maxProperties }: Schema, value: Members, where: string, found: Found): void {
  if (minProperties === undefined && maxProperties === undefined) return;
  const count = Object.keys(value).length;
  if (minProperties !== undefined && count < minProperties) refuse(where, count, `should have at least ${minProperties} properties`, found);
  if (maxProperties !== undefined && count > maxProperties) found.add({ text: `${where} in body should have at most ${maxProperties} properties`, where, told: (at) => tooMany(at, count, maxProperties) });
}
