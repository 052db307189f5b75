/** CreateOptions, UpdateOptions and PatchOptions: parsed and checked. Behaves like upstream apimachinery/pkg/apis/meta/v1/validation. */
import { newInvalid } from '../../apimachinery/errors.ts';
import type { Obj } from '../../apimachinery/meta.ts';
import { FIELD_MANAGER_MAX_LENGTH, validatePatchOptions, validateWriteOptions } from '../../apimachinery/validation/write-options.ts';
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

const encoder = new TextEncoder();

/** Throws Invalid for unknown values. `apply`: a field manager is required; undefined: no patch. */
export function writeOptions(request: Authenticated, kind: 'CreateOptions' | 'UpdateOptions' | 'PatchOptions', apply?: boolean): WriteOptions {
  if (request.rawQuery === '' && apply !== true) return made(request, [], '', '', undefined);
  const query = request.info.query;
  const dryRun = query.getAll('dryRun');
  const fieldManager = query.get('fieldManager') ?? '';
  const fieldValidation = query.get('fieldValidation') ?? '';
  const force = kind === 'PatchOptions' ? bool(query, 'force') : undefined;
  const given = { dryRun, fieldManager, fieldValidation, ...(force !== undefined && { force }) };
  const errors = apply === undefined ? validateWriteOptions(given) : validatePatchOptions(given, apply);
  if (errors.length > 0) throw newInvalid('meta.k8s.io', kind, '', errors);
  return made(request, dryRun, fieldManager, fieldValidation, force);
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

/** Go's unicode.IsPrint. */
const isPrintable = (char: string): boolean => char === ' ' || /[\p{L}\p{M}\p{N}\p{P}\p{S}]/u.test(char);
const PLAIN_AGENT = /^[ -~]*$/;

/** What precedes the first slash, without unprintable characters, at most 128 bytes. */
export function managerFromUserAgent(agent: string): string {
  const [program = ''] = agent.split('/', 1);
  if (program.length <= FIELD_MANAGER_MAX_LENGTH && PLAIN_AGENT.test(program)) return program;
  let manager = '';
  let length = 0;
  for (const char of program) {
    if (!isPrintable(char)) continue;
    length += encoder.encode(char).length;
    if (length > FIELD_MANAGER_MAX_LENGTH) break;
    manager += char;
  }
  return manager;
}
