/** Environment variables. Behaves like upstream pkg/apis/core/validation/validation.go (ValidateEnv, ValidateEnvFrom). */
import type { EnvFromSource, EnvVar, EnvVarSource, FileKeySelector } from '../../../apimachinery/types/core.gen.ts';
import { invalid, required, type FieldError, type Path } from '../../../apimachinery/validation/field.ts';
import { ENV_FIELDS, fieldRef, resourceFieldRef } from './downward-api.ts';
import { dnsLabel } from './fields.ts';
import { each, isConfigMapKey, isRelaxedEnvVarName, nameIsDNSSubdomain } from './format.ts';
import { noBacksteps } from './paths.ts';

function keySelector(ref: { readonly name?: string; readonly key: string }, path: Path, errors: FieldError[]): void {
  each(path.child('name'), ref.name ?? '', nameIsDNSSubdomain(ref.name ?? ''), errors);
  if (ref.key) each(path.child('key'), ref.key, isConfigMapKey(ref.key), errors);
  else errors.push(required(path.child('key')));
}

function fileKeySelector(ref: FileKeySelector, path: Path, errors: FieldError[]): void {
  if (ref.key) each(path.child('key'), ref.key, isRelaxedEnvVarName(ref.key), errors);
  else errors.push(required(path.child('key')));
  if (ref.volumeName) dnsLabel(ref.volumeName, path.child('volumeName'), errors);
  else errors.push(required(path.child('volumeName')));
  if (ref.path) noBacksteps(ref.path, path.child('path'), errors);
  else errors.push(required(path.child('path')));
}

const SOURCES = 'must specify one of: `fieldRef`, `resourceFieldRef`, `configMapKeyRef`, `secretKeyRef` or `fileKeyRef`';

function valueFrom(from: EnvVarSource, value: string | undefined, path: Path, errors: FieldError[]): void {
  if (from.fieldRef) fieldRef(from.fieldRef, ENV_FIELDS, path.child('fieldRef'), errors);
  if (from.resourceFieldRef) resourceFieldRef(from.resourceFieldRef, path.child('resourceFieldRef'), false, errors);
  if (from.configMapKeyRef) keySelector(from.configMapKeyRef, path.child('configMapKeyRef'), errors);
  if (from.secretKeyRef) keySelector(from.secretKeyRef, path.child('secretKeyRef'), errors);
  if (from.fileKeyRef) fileKeySelector(from.fileKeyRef, path.child('fileKeyRef'), errors);
  const count = countOf(from.fieldRef) + countOf(from.resourceFieldRef) + countOf(from.configMapKeyRef) + countOf(from.secretKeyRef) + countOf(from.fileKeyRef);
  if (count === 0) errors.push(invalid(path, '', SOURCES));
  else if (value) errors.push(invalid(path, '', 'may not be specified when `value` is not empty'));
  else if (count > 1) errors.push(invalid(path, '', 'may not have more than one field specified at a time'));
}

const countOf = (source: object | undefined): number => (source ? 1 : 0);

export function validateEnv(vars: readonly EnvVar[], path: Path, errors: FieldError[]): void {
  for (let i = 0; i < vars.length; i++) {
    const v = vars[i] as EnvVar;
    const at = path.index(i);
    if (v.name) each(at.child('name'), v.name, isRelaxedEnvVarName(v.name), errors);
    else errors.push(required(at.child('name')));
    if (v.valueFrom) valueFrom(v.valueFrom, v.value, at.child('valueFrom'), errors);
  }
}

function source(ref: { readonly name?: string }, path: Path, errors: FieldError[]): void {
  if (ref.name) each(path.child('name'), ref.name, nameIsDNSSubdomain(ref.name, true), errors);
  else errors.push(required(path.child('name')));
}

export function validateEnvFrom(vars: readonly EnvFromSource[], path: Path, errors: FieldError[]): void {
  for (let i = 0; i < vars.length; i++) {
    const v = vars[i] as EnvFromSource;
    const at = path.index(i);
    if (v.prefix) each(at.child('prefix'), v.prefix, isRelaxedEnvVarName(v.prefix), errors);
    if (v.configMapRef) source(v.configMapRef, at.child('configMapRef'), errors);
    if (v.secretRef) source(v.secretRef, at.child('secretRef'), errors);
    if (!v.configMapRef && !v.secretRef) errors.push(invalid(path, '', 'must specify one of: `configMapRef` or `secretRef`'));
    if (v.configMapRef && v.secretRef) errors.push(invalid(path, '', 'may not have more than one field specified at a time'));
  }
}
