/** JSON paths of single fields, as a schema allows them: `.spec.a['b.c']`. Behaves like upstream apiextensions-apiserver/pkg/apiserver/schema/cel/validation.go ValidFieldPath. */
import { schemaIn, type Schema } from './schema-types.ts';

const TOKEN = /'(?:[^'\\]|\\.)*'|[.[\]]|[^.[\]]+/gy;
const UNKNOWN = 'does not refer to a valid field';

export interface FoundField {
  /** Undefined: the schema says nothing of it. */
  readonly schema: Schema | undefined;
  readonly steps: readonly string[];
  /** As paths of errors are written: `spec.a[b.c]`. */
  readonly text: string;
}

export type FieldPath = FoundField | { readonly problem: string };

export function fieldPath(path: string, root: Schema, allowsArrayNotation = true): FieldPath {
  const tokens = path.match(TOKEN) ?? [];
  const steps: string[] = [];
  let text = '';
  let schema: Schema | undefined = root;
  for (let i = 0; i < tokens.length;) {
    const step = stepAt(tokens, i, allowsArrayNotation);
    if (step.problem !== undefined) return { problem: step.problem };
    const isKnown: boolean = schema !== undefined && canEnter(schema, step.name);
    if (!isKnown || !schema) return { problem: UNKNOWN };
    text += hasProperties(schema) ? `${text === '' ? '' : '.'}${step.name}` : `[${step.name}]`;
    schema = hasProperties(schema) ? schema.properties?.[step.name] : schemaIn(schema.additionalProperties);
    steps.push(step.name);
    i += step.length;
  }
  return { schema, steps, text };
}

const hasProperties = ({ properties }: Schema): boolean => Object.keys(properties ?? {}).length > 0;
const canEnter = (schema: Schema, name: string): boolean =>
  hasProperties(schema) ? schema.properties?.[name] !== undefined : schema.additionalProperties !== undefined;

interface Step {
  readonly name: string;
  /** In tokens. */
  readonly length: number;
  readonly problem?: string;
}

const refuse = (problem: string): Step => ({ name: '', length: 0, problem });
const END = 'unexpected end of JSON path';

function stepAt(tokens: readonly string[], i: number, allowsArrayNotation: boolean): Step {
  const [open = '', name, close] = tokens.slice(i);
  if (open !== '[' && open !== '.') return refuse(`expected [ or . but got: ${open}`);
  if (open === '[' && !allowsArrayNotation) return refuse('array notation is not allowed');
  if (name === undefined) return refuse(END);
  if (open === '.') return { name, length: 2 };
  if (!/^'.*'$/s.test(name)) return refuse(`expected single quoted string but got ${name}`);
  if (close !== ']') return refuse(close === undefined ? END : `expected ] but got ${close}`);
  return { name: name.slice(1, -1).replace(/\\(.)/gs, '$1'), length: 3 };
}
