/** What versions say beside their schema: subresources, columns, selectable fields, deprecation. Behaves like upstream apiextensions/validation/validation.go. */
import { duplicate, invalid, required, tooMany, type FieldError, type Path } from '../../../apimachinery/validation/field.ts';
import { byteLength } from '../../core/validation/format.ts';
import { fieldPath } from '../../../apimachinery/cel/field-path.ts';
import type { Version } from './internal-form.ts';
import type { Schema } from './schema-walk.ts';

const COLUMN_TYPES = ['boolean', 'date', 'integer', 'number', 'string'];
const COLUMN_FORMATS = ['byte', 'date', 'date-time', 'double', 'float', 'int32', 'int64', 'password'];
const SELECTABLE_TYPES = ['string', 'boolean', 'integer'];
const MAX_SELECTABLE = 8;
const MAX_WARNING = 256;

function simplePath(text: string, path: Path): FieldError[] {
  return text.startsWith('.') ? [] : [invalid(path, text, 'must be a simple json path starting with .')];
}

type Column = NonNullable<Version['additionalPrinterColumns']>[number];

function column({ name, type, format = '', jsonPath }: Column, path: Path): FieldError[] {
  const typeDetail = `must be one of ${COLUMN_TYPES.join(',')}`;
  const at = path.child('JSONPath');
  return [
    ...(name ? [] : [required(path.child('name'))]),
    ...(type ? [] : [required(path.child('type'), typeDetail)]),
    ...(type && !COLUMN_TYPES.includes(type) ? [invalid(path.child('type'), type, typeDetail)] : []),
    ...(format && !COLUMN_FORMATS.includes(format)
      ? [invalid(path.child('format'), format, `must be one of ${COLUMN_FORMATS.join(',')}`)]
      : []),
    ...(jsonPath ? simplePath(jsonPath, at) : [required(at)]),
  ];
}

export function columnErrors(columns: Version['additionalPrinterColumns'], path: Path): FieldError[] {
  return (columns ?? []).flatMap((c, i) => column(c, path.child('additionalPrinterColumns').index(i)));
}

export function subresourceErrors({ scale }: NonNullable<Version['subresources']>, path: Path): FieldError[] {
  if (!scale) return [];
  const under = (text: string, name: string, roots: readonly string[], where: string): FieldError[] => {
    const at = path.child(`scale.${name}`);
    const errors = simplePath(text, at);
    if (errors.length > 0 || roots.some((root) => text.startsWith(`.${root}.`))) return errors;
    return [invalid(at, text, `should be a json path under ${where}`)];
  };
  const { specReplicasPath: spec, statusReplicasPath: status, labelSelectorPath: selector } = scale;
  return [
    ...(spec ? under(spec, 'specReplicasPath', ['spec'], '.spec') : [required(path.child('scale.specReplicasPath'))]),
    ...(status ? under(status, 'statusReplicasPath', ['status'], '.status') : [required(path.child('scale.statusReplicasPath'))]),
    ...(selector ? under(selector, 'labelSelectorPath', ['spec', 'status'], 'either .spec or .status') : []),
  ];
}

/** `mayBeMany`: there were as many before. */
export function selectableErrors(
  fields: NonNullable<Version['selectableFields']>,
  schema: Schema,
  path: Path,
  mayBeMany: boolean,
): FieldError[] {
  const seen = new Set<string>();
  const errors = fields.flatMap(({ jsonPath }, i) => selectable(jsonPath, schema, path.index(i).child('jsonPath'), seen));
  return seen.size > MAX_SELECTABLE && !mayBeMany ? [...errors, tooMany(path, seen.size, MAX_SELECTABLE)] : errors;
}

function selectable(text: string, schema: Schema, path: Path, seen: Set<string>): FieldError[] {
  if (text === '') return [required(path)];
  const found = fieldPath(text, schema, false);
  if ('problem' in found) return [invalid(path, text, `is an invalid path: ${found.problem}`)];
  const name = found.steps.join('.');
  const isSeen = seen.has(name);
  seen.add(name);
  return [
    ...(found.steps[0] === 'metadata' ? [invalid(path, text, 'must not point to fields in metadata')] : []),
    ...(SELECTABLE_TYPES.includes(found.schema?.type ?? '')
      ? []
      : [
          invalid(
            path,
            text,
            'must point to a field of type string, boolean or integer. Enum string fields and strings with formats are allowed.',
          ),
        ]),
    ...(isSeen ? [duplicate(path, text)] : []),
  ];
}

export function deprecationErrors({ deprecated, deprecationWarning: warning }: Version, path: Path): FieldError[] {
  if (warning === undefined) return [];
  const at = path.child('deprecationWarning');
  const say = (detail: string): FieldError => invalid(at, warning, detail);
  if (!deprecated) return [say('can only be set for deprecated versions')];
  const strange = /[^\p{L}\p{M}\p{N}\p{P}\p{S} ]/u.exec(warning);
  return [
    ...(byteLength(warning) > MAX_WARNING ? [say(`must be <= ${MAX_WARNING} characters long`)] : []),
    ...(warning === '' ? [say('must not be an empty string')] : []),
    ...(strange
      ? [
          say(
            `must only contain printable UTF-8 characters; non-printable character found at index ${byteLength(warning.slice(0, strange.index))}`,
          ),
        ]
      : []),
  ];
}
