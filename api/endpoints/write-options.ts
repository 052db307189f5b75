/** CreateOptions, UpdateOptions and PatchOptions: parsed and checked. Behaves like upstream apimachinery/pkg/apis/meta/v1/validation. */
import { newInvalid } from '../../apimachinery/errors.ts';
import type { Obj } from '../../apimachinery/meta.ts';
import { Path, forbidden, invalid, notSupported, required, tooLong, type ErrorList, type FieldError } from '../../apimachinery/validation/field.ts';
import type { Authenticated } from '../../registry/generic/context.ts';
import { bool } from './query.ts';

export type FieldValidation = 'Ignore' | 'Warn' | 'Strict';

export interface WriteOptions {
  readonly dryRun: boolean;
  /** As asked; '' when not. */
  readonly fieldManager: string;
  /** The given manager, else the program's name from User-Agent. */
  readonly manager: string;
  readonly fieldValidation: FieldValidation;
  readonly force: boolean | undefined;
  /** The options as an object: for admission. */
  asObject(kind: 'CreateOptions' | 'UpdateOptions' | 'PatchOptions'): Obj;
}

const MAX_MANAGER = 128;
const encoder = new TextEncoder();

/** Throws Invalid for unknown values. `apply`: a field manager is required; undefined: no patch. */
export function writeOptions(request: Authenticated, kind: 'CreateOptions' | 'UpdateOptions' | 'PatchOptions', apply?: boolean): WriteOptions {
  if (request.rawQuery === '') return apply ? refuse(kind, [required(Path.of('fieldManager'), 'is required for apply patch')]) : defaults(request);
  const query = request.info.query;
  const dryRun = query.getAll('dryRun');
  const fieldManager = query.get('fieldManager') ?? '';
  const fieldValidation = query.get('fieldValidation') ?? '';
  const force = kind === 'PatchOptions' ? bool(query, 'force') : undefined;
  const errors = [
    ...(apply === true && fieldManager === '' ? [required(Path.of('fieldManager'), 'is required for apply patch')] : []),
    ...(apply === false && force !== undefined ? [forbidden(Path.of('force'), 'may not be specified for non-apply patch')] : []),
    ...managerErrors(fieldManager),
    ...dryRunErrors(dryRun),
    ...validationErrors(fieldValidation),
  ];
  if (errors.length > 0) refuse(kind, errors);
  return made(request, dryRun, fieldManager, fieldValidation, force);
}

function refuse(kind: string, errors: ErrorList): never {
  throw newInvalid('meta.k8s.io', kind, '', errors);
}

function defaults(request: Authenticated): WriteOptions {
  return made(request, [], '', '', undefined);
}

function made(request: Authenticated, dryRun: readonly string[], fieldManager: string, fieldValidation: string, force: boolean | undefined): WriteOptions {
  return {
    dryRun: dryRun.length > 0,
    fieldManager,
    manager: fieldManager === '' ? managerFromUserAgent(request.headers['user-agent'] ?? '') : fieldManager,
    fieldValidation: fieldValidation === '' ? 'Warn' : (fieldValidation as FieldValidation),
    force,
    asObject: (kind) =>
      ({
        kind,
        apiVersion: 'meta.k8s.io/v1',
        ...(dryRun.length > 0 && { dryRun }),
        ...(force !== undefined && kind === 'PatchOptions' && { force }),
        ...(fieldManager !== '' && { fieldManager }),
        ...(fieldValidation !== '' && { fieldValidation }),
      }) as unknown as Obj,
  };
}

export function dryRunErrors(dryRun: readonly string[]): readonly FieldError[] {
  return dryRun.every((v) => v === 'All') ? [] : [notSupported(Path.of('dryRun'), dryRun, ['All'])];
}

function validationErrors(value: string): readonly FieldError[] {
  return ['', 'Ignore', 'Warn', 'Strict'].includes(value) ? [] : [notSupported(Path.of('fieldValidation'), value, ['', 'Ignore', 'Strict', 'Warn'])];
}

function managerErrors(manager: string): readonly FieldError[] {
  const path = Path.of('fieldManager');
  const errors: FieldError[] = [];
  if (encoder.encode(manager).length > MAX_MANAGER) errors.push(tooLong(path, MAX_MANAGER));
  let position = 0;
  for (const char of manager) {
    if (!isPrintable(char)) errors.push(invalid(path, manager, `invalid character ${unicodeName(char)} (at position ${position})`));
    position += encoder.encode(char).length;
  }
  return errors;
}

/** Go's unicode.IsPrint. */
const isPrintable = (char: string): boolean => char === ' ' || /[\p{L}\p{M}\p{N}\p{P}\p{S}]/u.test(char);
/** Go's %#U. */
function unicodeName(char: string): string {
  const code = (char.codePointAt(0) ?? 0).toString(16).toUpperCase().padStart(4, '0');
  return isPrintable(char) ? `U+${code} '${char}'` : `U+${code}`;
}

/** What precedes the first slash, without unprintable characters, at most 128 bytes. */
export function managerFromUserAgent(agent: string): string {
  let manager = '';
  let length = 0;
  for (const char of agent.split('/')[0] ?? '') {
    if (!isPrintable(char)) continue;
    length += encoder.encode(char).length;
    if (length > MAX_MANAGER) break;
    manager += char;
  }
  return manager;
}
