/** The schema of one version, or of all. Behaves like upstream apiextensions/validation/validation.go validateCustomResourceDefinitionValidation. */
import { forbidden, invalid, type FieldError, type Path } from '../../../apimachinery/validation/field.ts';
import { defaultErrors } from './defaults.ts';
import { expressionErrors } from './expressions.ts';
import { goSchema, MEMBERS, type Version } from './internal-form.ts';
import { openapiSchemaErrors, type SchemaOptions } from './openapi-schema.ts';
import type { Schema } from './schema-walk.ts';
import { conversionProblem, structuralErrors } from './structural.ts';

export interface VersionSchemaOptions extends SchemaOptions {
  readonly requireStructural: boolean;
  readonly requirePrunedDefaults: boolean;
  /** Single rules may cost too much: the schema is as it was. */
  readonly mayBeCostly: boolean;
}

const ROOT_MEMBERS = [
  'Description',
  'Type',
  'Format',
  'Title',
  'Maximum',
  'ExclusiveMaximum',
  'Minimum',
  'ExclusiveMinimum',
  'MaxLength',
  'MinLength',
  'Pattern',
  'MaxItems',
  'MinItems',
  'UniqueItems',
  'MultipleOf',
  'Required',
  'Items',
  'Properties',
  'ExternalDocs',
  'Example',
  'XPreserveUnknownFields',
  'XValidations',
];

export function versionSchemaErrors(
  validation: Version['schema'],
  hasStatus: boolean,
  path: Path,
  options: VersionSchemaOptions,
): FieldError[] {
  const schema = validation?.openAPIV3Schema;
  if (!schema) return [];
  const at = path.child('openAPIV3Schema');
  const problem = options.requireStructural ? conversionProblem(schema) : undefined;
  const judged = judge(schema, at, options, options.requireStructural && problem === undefined);
  const errors = [
    ...(hasStatus ? rootErrors(schema, path) : []),
    ...(schema.nullable ? [forbidden(at.child('nullable'), 'nullable cannot be true at the root')] : []),
    ...judged.errors,
  ];
  if (errors.length === 0 && problem !== undefined) return [invalid(at, '', problem)];
  return judged.isStructural ? [...errors, ...expressionErrors(schema, at, judged.errors, options.mayBeCostly)] : errors;
}

/** Rules are looked at only where the schema is structural. */
function judge(schema: Schema, path: Path, options: VersionSchemaOptions, mayBeStructural: boolean): { readonly errors: readonly FieldError[]; readonly isStructural: boolean } {
  const structure = mayBeStructural ? structuralOrDefaults(schema, path, options.requirePrunedDefaults) : [];
  return { errors: [...structure, ...openapiSchemaErrors(schema, path, options)], isStructural: mayBeStructural && structure.length === 0 };
}

function structuralOrDefaults(schema: Schema, path: Path, requirePruned: boolean): FieldError[] {
  const errors = structuralErrors(schema, path);
  return errors.length > 0 ? errors : defaultErrors(schema, path, requirePruned);
}

/** With a status subresource the root is an object; the first thing that says otherwise is told. */
function rootErrors(schema: Schema, path: Path): FieldError[] {
  for (const [goName, name, form] of MEMBERS) {
    const value = schema[name];
    const isZero = value === undefined || (form === 'text' && value === '') || (form === 'flag' && value === false);
    if (isZero) continue;
    if (goName === 'Type' && value !== 'object') {
      const detail = 'only "object" is allowed as the type at the root of the schema if the status subresource is enabled';
      return [invalid(path.child('openAPIV3Schema.type'), value, detail)];
    }
    if (!ROOT_MEMBERS.includes(goName)) {
      const detail = `only [${ROOT_MEMBERS.join(' ')}] fields are allowed at the root of the schema if the status subresource is enabled`;
      return [invalid(path.child('openAPIV3Schema'), goSchema(schema), detail)];
    }
  }
  return [];
}
