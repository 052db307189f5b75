/** CreateOptions, UpdateOptions and PatchOptions: parsed and checked. Behaves like upstream apimachinery/pkg/apis/meta/v1/validation. */
import { newInvalid } from '../../apimachinery/errors.ts';
import type { Obj } from '../../apimachinery/meta.ts';
import { FIELD_MANAGER_MAX_LENGTH, validatePatchOptions, validateWriteOptions } from '../../apimachinery/validation/write-options.ts';
import type { Authenticated } from '../../registry/generic/context.ts';
import { bool } from './query.ts';

export type FieldValidation = 'Ignore' | 'Warn' | 'Strict';

interface Given {
  readonly dryRun: readonly string[];
  readonly fieldManager: string;
  readonly fieldValidation: string;
  readonly force?: boolean;
}

export interface WriteOptions {
  readonly dryRun: boolean;
  /** As asked; '' when not. */
  readonly fieldManager: string;
  /** The given manager, else the program's name from User-Agent. */
  readonly manager: string;
  readonly fieldValidation: FieldValidation;
  readonly force: boolean | undefined;
  /** The options as an object: for admission. */
  asObject(kind: Kind): Obj;
}

type Kind = 'CreateOptions' | 'UpdateOptions' | 'PatchOptions';

const encoder = new TextEncoder();
const NONE: Given = { dryRun: [], fieldManager: '', fieldValidation: '' };
/** Of those who ask for nothing: nobody changes them. */
const PLAIN: Readonly<Record<Kind, Obj>> = { CreateOptions: objectOf('CreateOptions', NONE), UpdateOptions: objectOf('UpdateOptions', NONE), PatchOptions: objectOf('PatchOptions', NONE) };

/** Throws Invalid for unknown values. `apply`: a field manager is required; undefined: no patch. */
export function writeOptions(request: Authenticated, kind: Kind, apply?: boolean): WriteOptions {
  if (request.rawQuery === '' && apply !== true) return new AskedOptions(request, NONE);
  const query = request.info.query;
  const dryRun = query.getAll('dryRun');
  const fieldManager = query.get('fieldManager') ?? '';
  const fieldValidation = query.get('fieldValidation') ?? '';
  const force = kind === 'PatchOptions' ? bool(query, 'force') : undefined;
  const given: Given = { dryRun, fieldManager, fieldValidation, ...(force !== undefined && { force }) };
  const errors = apply === undefined ? validateWriteOptions(given) : validatePatchOptions(given, apply);
  if (errors.length > 0) throw newInvalid('meta.k8s.io', kind, '', errors);
  return new AskedOptions(request, given);
}

class AskedOptions implements WriteOptions {
  readonly dryRun: boolean;
  readonly fieldManager: string;
  readonly manager: string;
  readonly fieldValidation: FieldValidation;
  readonly force: boolean | undefined;
  readonly #given: Given;

  constructor(request: Authenticated, given: Given) {
    this.dryRun = given.dryRun.length > 0;
    this.fieldManager = given.fieldManager;
    this.manager = given.fieldManager === '' ? managerFromUserAgent(request.headers['user-agent'] ?? '') : given.fieldManager;
    this.fieldValidation = given.fieldValidation === '' ? 'Warn' : (given.fieldValidation as FieldValidation);
    this.force = given.force;
    this.#given = given;
  }

  asObject(kind: Kind): Obj {
    return this.#given === NONE ? PLAIN[kind] : objectOf(kind, this.#given);
  }
}

function objectOf(kind: Kind, { dryRun, fieldManager, fieldValidation, force }: Given): Obj {
  return Object.freeze({
    kind,
    apiVersion: 'meta.k8s.io/v1',
    ...(dryRun.length > 0 && { dryRun }),
    ...(force !== undefined && kind === 'PatchOptions' && { force }),
    ...(fieldManager !== '' && { fieldManager }),
    ...(fieldValidation !== '' && { fieldValidation }),
  }) as unknown as Obj;
}

/** Go's unicode.IsPrint. */
const isPrintable = (char: string): boolean => char === ' ' || /[\p{L}\p{M}\p{N}\p{P}\p{S}]/u.test(char);
const PLAIN_AGENT = /^[ -~]*$/;

/** What precedes the first slash, without unprintable characters, at most 128 bytes. */
export function managerFromUserAgent(agent: string): string {
  const slash = agent.indexOf('/');
  const program = slash < 0 ? agent : agent.slice(0, slash);
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
