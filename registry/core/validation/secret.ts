/** Secrets. Behaves like upstream pkg/apis/core/validation/validation.go (ValidateSecret). */
import type { Secret } from '../../../apimachinery/types/core.gen.ts';
import { invalid, Path, required, tooLong, type ErrorList, type FieldError } from '../../../apimachinery/validation/field.ts';
import { decodedLength, MAX_DATA_SIZE, sealed, total } from './configmap.ts';
import { immutable } from './fields.ts';
import { each, isConfigMapKey } from './format.ts';
import { goJsonProblem } from './json-text.ts';
import type { RequestContext } from '../../generic/context.ts';
import type { MetadataErrors } from '../../generic/definition.ts';

const DATA = Path.of('data');
const ACCOUNT = 'kubernetes.io/service-account.name';

type Data = Readonly<Record<string, string>>;

const needs = (data: Data, keys: readonly string[]): FieldError[] => keys.filter((k) => !(k in data)).map((k) => required(DATA.key(k)));

function jsonObject(data: Data, key: string): FieldError[] {
  const value = data[key];
  if (value === undefined) return [required(DATA.key(key))];
  const problem = goJsonProblem(Buffer.from(value, 'base64').toString('utf8'));
  return problem === undefined ? [] : [invalid(DATA.key(key), '<secret contents redacted>', problem)];
}

function basicAuth(data: Data): FieldError[] {
  const missing = needs(data, ['username', 'password']);
  return missing.length === 2 ? missing : [];
}

function ofType({ type, metadata }: Secret, data: Data): FieldError[] {
  switch (type) {
    case 'kubernetes.io/service-account-token':
      return metadata.annotations?.[ACCOUNT] ? [] : [required(Path.of('metadata', 'annotations').key(ACCOUNT))];
    case 'kubernetes.io/dockercfg':
      return jsonObject(data, '.dockercfg');
    case 'kubernetes.io/dockerconfigjson':
      return jsonObject(data, '.dockerconfigjson');
    case 'kubernetes.io/basic-auth':
      return basicAuth(data);
    case 'kubernetes.io/ssh-auth':
      return data['ssh-privatekey'] ? [] : [required(DATA.key('ssh-privatekey'))];
    case 'kubernetes.io/tls':
      return needs(data, ['tls.crt', 'tls.key']);
    default:
      return [];
  }
}

export function validateSecret(secret: Secret): ErrorList {
  const data = secret.data ?? {};
  return [
    ...Object.keys(data).flatMap((key) => each(DATA.key(key), key, isConfigMapKey(key))),
    ...(total(Object.values(data).map(decodedLength)) > MAX_DATA_SIZE ? [tooLong(DATA, MAX_DATA_SIZE)] : []),
    ...ofType(secret, data),
  ];
}

export function validateSecretUpdate(secret: Secret, old: Secret, _ctx: RequestContext, metadata: MetadataErrors): ErrorList {
  return [
    ...metadata.change(),
    ...immutable(secret.type, old.type, Path.of('type')),
    ...sealed(secret, old, ['data']),
    ...metadata.whole(),
    ...validateSecret(secret),
  ];
}
