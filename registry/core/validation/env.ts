/** Environment variables. Behaves like upstream pkg/apis/core/validation/validation.go (ValidateEnv, ValidateEnvFrom). */
import type { EnvFromSource, EnvVar, FileKeySelector } from '../../../apimachinery/types/core.gen.ts';
import { invalid, required, type FieldError, type Path } from '../../../apimachinery/validation/field.ts';
import { ENV_FIELDS, fieldRef, resourceFieldRef } from './downward-api.ts';
import { dnsLabel } from './fields.ts';
import { each, isConfigMapKey, isRelaxedEnvVarName, nameIsDNSSubdomain } from './format.ts';
import { noBacksteps } from './paths.ts';

function keySelector(ref: { readonly name?: string; readonly key: string }, path: Path): FieldError[] {
  const key = ref.key ? each(path.child('key'), ref.key, isConfigMapKey(ref.key)) : [required(path.child('key'))];
  return [...each(path.child('name'), ref.name ?? '', nameIsDNSSubdomain(ref.name ?? '')), ...key];
}

function fileKeySelector(ref: FileKeySelector, path: Path): FieldError[] {
  return [
    ...(ref.key ? each(path.child('key'), ref.key, isRelaxedEnvVarName(ref.key)) : [required(path.child('key'))]),
    ...(ref.volumeName ? dnsLabel(ref.volumeName, path.child('volumeName')) : [required(path.child('volumeName'))]),
    ...(ref.path ? noBacksteps(ref.path, path.child('path')) : [required(path.child('path'))]),
  ];
}

const SOURCES = 'must specify one of: `fieldRef`, `resourceFieldRef`, `configMapKeyRef`, `secretKeyRef` or `fileKeyRef`';

function valueFrom(v: EnvVar, path: Path): FieldError[] {
  const from = v.valueFrom;
  if (!from) return [];
  const errors: FieldError[] = [];
  if (from.fieldRef) errors.push(...fieldRef(from.fieldRef, ENV_FIELDS, path.child('fieldRef')));
  if (from.resourceFieldRef) errors.push(...resourceFieldRef(from.resourceFieldRef, path.child('resourceFieldRef'), false));
  if (from.configMapKeyRef) errors.push(...keySelector(from.configMapKeyRef, path.child('configMapKeyRef')));
  if (from.secretKeyRef) errors.push(...keySelector(from.secretKeyRef, path.child('secretKeyRef')));
  if (from.fileKeyRef) errors.push(...fileKeySelector(from.fileKeyRef, path.child('fileKeyRef')));
  const count = [from.fieldRef, from.resourceFieldRef, from.configMapKeyRef, from.secretKeyRef, from.fileKeyRef].filter(Boolean).length;
  if (count === 0) errors.push(invalid(path, '', SOURCES));
  else if (v.value) errors.push(invalid(path, '', 'may not be specified when `value` is not empty'));
  else if (count > 1) errors.push(invalid(path, '', 'may not have more than one field specified at a time'));
  return errors;
}

export function validateEnv(vars: readonly EnvVar[] | undefined, path: Path): FieldError[] {
  return (vars ?? []).flatMap((v, i) => {
    const at = path.index(i);
    const name = v.name ? each(at.child('name'), v.name, isRelaxedEnvVarName(v.name)) : [required(at.child('name'))];
    return [...name, ...valueFrom(v, at.child('valueFrom'))];
  });
}

function source(ref: { readonly name?: string }, path: Path): FieldError[] {
  return ref.name ? each(path.child('name'), ref.name, nameIsDNSSubdomain(ref.name, true)) : [required(path.child('name'))];
}

export function validateEnvFrom(vars: readonly EnvFromSource[] | undefined, path: Path): FieldError[] {
  return (vars ?? []).flatMap((v, i) => {
    const at = path.index(i);
    const errors = v.prefix ? each(at.child('prefix'), v.prefix, isRelaxedEnvVarName(v.prefix)) : [];
    if (v.configMapRef) errors.push(...source(v.configMapRef, at.child('configMapRef')));
    if (v.secretRef) errors.push(...source(v.secretRef, at.child('secretRef')));
    if (!v.configMapRef && !v.secretRef) errors.push(invalid(path, '', 'must specify one of: `configMapRef` or `secretRef`'));
    if (v.configMapRef && v.secretRef) errors.push(invalid(path, '', 'may not have more than one field specified at a time'));
    return errors;
  });
}
