/** The options of a connection (PodExecOptions, PodProxyOptions, …) from the query, as admission sees them. */
import { newBadRequest } from '../../apimachinery/errors.ts';
import { apiVersionOf, type Obj } from '../../apimachinery/meta.ts';
import type { Schema } from '../../apimachinery/schema/model.ts';
import type { KindType } from '../../apimachinery/types/type.ts';
import { bool, int64 } from './query.ts';
import type { Scope } from './scope.ts';

/** Throws BadRequest for values of the wrong type. `pathTail`: what follows the subresource becomes `path`. */
export function optionsObject(scope: Scope, type: KindType<unknown>, pathTail: boolean): Obj {
  const { query } = scope.request.info;
  const options: Record<string, unknown> = { kind: type.gvk.kind, apiVersion: apiVersionOf(type.gvk) };
  for (const [name, field] of type.schema.fields) {
    if (name === 'kind' || name === 'apiVersion' || !query.has(name)) continue;
    options[name] = valueOf(query, name, field.schema);
  }
  if (pathTail) options['path'] = tailOf(scope);
  return options as Obj;
}

function valueOf(query: URLSearchParams, name: string, schema: Schema): unknown {
  if (schema.kind === 'list') return schema.items.kind === 'scalar' && schema.items.is === 'int32' ? query.getAll(name).map(int32InList) : query.getAll(name);
  if (schema.kind !== 'scalar') return query.get(name);
  switch (schema.is) {
    case 'bool':
      return bool(query, name);
    case 'int32':
    case 'int64':
      return int64(query, name);
    case 'time':
      return timeOf(query.get(name) ?? '');
    default:
      return query.get(name);
  }
}

function int32InList(text: string): number {
  if (!/^\d+$/.test(text)) throw newBadRequest(`cannot convert to []int32: strconv.ParseUint: parsing ${JSON.stringify(text)}: invalid syntax`);
  return Number(text);
}

function timeOf(text: string): string {
  if (Number.isNaN(Date.parse(text))) throw newBadRequest(`parsing time ${JSON.stringify(text)} as "2006-01-02T15:04:05Z07:00": cannot parse ${JSON.stringify(text)} as "2006"`);
  return text;
}

/** With a slash in front, and one at the end where the path had it. */
function tailOf(scope: Scope): string {
  const { info } = scope.request;
  const tail = info.parts.slice(3).join('/');
  const path = tail === '' || tail.startsWith('/') ? tail : `/${tail}`;
  return info.path.endsWith('/') && !path.endsWith('/') ? `${path}/` : path;
}
