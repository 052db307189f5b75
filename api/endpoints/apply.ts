/** Server-side apply. Behaves like upstream apiserver/pkg/endpoints/handlers/patch.go (applyPatcher). */
import { newBadRequest } from '../../apimachinery/errors.ts';
import type { Obj } from '../../apimachinery/meta.ts';
import { YamlError, decodeYaml } from '../../apimachinery/serializer/yaml.ts';
import type { Strategy } from '../../registry/generic/definition.ts';
import { applyFields } from '../../registry/generic/managed-fields.ts';
import type { Mechanism } from './patch.ts';
import type { Scope } from './scope.ts';
import { decodeTyped } from './typed.ts';
import type { WriteOptions } from './write-options.ts';

/** `strategy`: of a view subresource. */
export function applyMechanism(scope: Scope, bytes: Uint8Array, options: WriteOptions, strategy?: Strategy): Mechanism {
  const { definition, version, ctx } = scope;
  const request = { dryRun: options.dryRun, fieldManager: options.fieldManager, operation: 'Apply', subresource: scope.request.info.subresource } as const;
  const write = { definition, strategy: strategy ?? definition.strategy, request, ctx };
  return {
    isApply: true,
    apply: (current) => {
      const { value, problems } = configuration(bytes);
      const merged = applyFields(write, version, current, value as Obj, options.force ?? false);
      reportDuplicates(scope, options, problems);
      const { object } = decodeTyped(version, { value: merged, problems: [] }, (why) => newBadRequest(why), false);
      version.setDefaults(object);
      return Promise.resolve(object);
    },
  };
}

function configuration(bytes: Uint8Array): { readonly value: object; readonly problems: readonly string[] } {
  const { value, problems } = parsed(bytes);
  if (value === null || value === undefined) return { value: {}, problems };
  if (typeof value === 'object' && !Array.isArray(value)) return { value, problems };
  throw newBadRequest(`error decoding YAML: error unmarshaling JSON: while decoding JSON: json: cannot unmarshal ${goKind(value)} into Go value of type map[string]interface {}`);
}

function parsed(bytes: Uint8Array): { readonly value: unknown; readonly problems: readonly string[] } {
  try {
    return decodeYaml(bytes);
  } catch (error) {
    if (error instanceof YamlError) throw newBadRequest(`error decoding YAML: error converting YAML to JSON: ${error.message}`, error);
    throw error;
  }
}

const goKind = (value: unknown): string => (Array.isArray(value) ? 'array' : typeof value === 'boolean' ? 'bool' : typeof value === 'bigint' ? 'number' : typeof value);

function reportDuplicates(scope: Scope, options: WriteOptions, problems: readonly string[]): void {
  if (options.fieldValidation === 'Ignore') return;
  for (const problem of problems) {
    if (options.fieldValidation === 'Strict') throw newBadRequest(`error strict decoding YAML: error converting YAML to JSON: ${problem}`);
    for (const line of problem.replace(/^yaml: unmarshal errors:\n/, '').split('\n')) scope.ctx.warnings.add(line.trim());
  }
}
