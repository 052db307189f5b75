/**
 * Takes a path and query apart: the one function that knows the path grammar, between the listener and everything that asks what a request wants.
 * Behaves like upstream apiserver/pkg/endpoints/request/requestinfo.go.
 */
import { FieldSelectorError, parseFieldSelector } from '../apimachinery/fields/selector.ts';
import { isValidPathSegmentName } from '../apimachinery/validation/names.ts';
import type { RequestInfo } from '../registry/generic/context.ts';

const SPECIAL_VERBS = new Set(['proxy', 'watch']);
const NAMESPACE_SUBRESOURCES = new Set(['status', 'finalize']);
const VERBS: Readonly<Record<string, string>> = { POST: 'create', GET: 'get', HEAD: 'get', PUT: 'update', PATCH: 'patch', DELETE: 'delete' };
const NO_PARTS: readonly string[] = [];
/** Nobody changes the query of a request. */
const NO_QUERY = new URLSearchParams();

/** A path that names nothing, though it begins as if it did. */
export class RequestInfoError extends Error {
  override readonly name = 'RequestInfoError';
}

/** A path that Go's server does not even take. */
export class PathError extends Error {
  override readonly name = 'PathError';
}

/** Throws PathError for a path that cannot be decoded, RequestInfoError for one that ends behind /watch or /proxy. */
export function parseRequestInfo(method: string, rawPath: string, rawQuery: string): RequestInfo {
  const path = decodePath(rawPath);
  const query = rawQuery === '' ? NO_QUERY : new URLSearchParams(rawQuery);
  const parts = splitPath(path);
  const grouped = parts[0] === 'apis';
  const prefix = grouped ? 3 : 2;
  if (parts.length <= prefix || (!grouped && parts[0] !== 'api')) return otherPath(method, path, query);
  const special = SPECIAL_VERBS.has(parts[prefix] ?? '') ? (parts[prefix] ?? '') : '';
  if (special !== '' && parts.length < prefix + 2) throw new RequestInfoError(`unable to determine kind and namespace from url, ${rawPath}${rawQuery === '' ? '' : `?${rawQuery}`}`);
  const asked = special === '' ? (VERBS[method] ?? '') : special;
  const target = resourceParts(parts, special === '' ? prefix : prefix + 1, special === 'proxy');
  const about = target.name === '' && asked === 'get' ? nameInSelector(query.get('fieldSelector')) : target.name;
  return {
    isResourceRequest: true,
    path,
    verb: target.name === '' ? collectionVerb(asked, query) : asked,
    apiPrefix: parts[0] ?? '',
    apiGroup: grouped ? (parts[1] ?? '') : '',
    apiVersion: parts[prefix - 1] ?? '',
    namespace: target.namespace,
    resource: target.resource,
    subresource: target.subresource,
    name: about,
    parts: target.parts,
    query,
    isWatchPath: special === 'watch',
  };
}

function otherPath(method: string, path: string, query: URLSearchParams): RequestInfo {
  const none = { apiPrefix: '', apiGroup: '', apiVersion: '', namespace: '', resource: '', subresource: '', name: '' };
  return { isResourceRequest: false, path, verb: method.toLowerCase(), ...none, parts: NO_PARTS, query, isWatchPath: false };
}

function decodePath(rawPath: string): string {
  if (!rawPath.includes('%')) return rawPath;
  try {
    return decodeURIComponent(rawPath);
  } catch (error) {
    throw new PathError(`parse ${JSON.stringify(rawPath)}: invalid URL escape`, { cause: error });
  }
}

const SLASH = 0x2f;

/** Without the slashes around it. */
function splitPath(path: string): readonly string[] {
  let start = 0;
  let end = path.length;
  while (start < end && path.charCodeAt(start) === SLASH) start++;
  while (end > start && path.charCodeAt(end - 1) === SLASH) end--;
  return start === end ? NO_PARTS : path.slice(start, end).split('/');
}

type Target = Pick<RequestInfo, 'namespace' | 'resource' | 'subresource' | 'name' | 'parts'>;

/** `namespaces/{namespace}/{resource}/...` from `start` on: the parts behind the namespace, unless they name the namespace itself or a subresource of it. */
function resourceParts(path: readonly string[], start: number, isProxyVerb: boolean): Target {
  const isBelow = path[start] === 'namespaces' && path.length > start + 1;
  const isOther = isBelow && path.length > start + 2 && !NAMESPACE_SUBRESOURCES.has(path[start + 2] ?? '');
  const parts = path.slice(isOther ? start + 2 : start);
  return { namespace: isBelow ? (path[start + 1] ?? '') : '', parts, resource: parts[0] ?? '', name: parts[1] ?? '', subresource: isProxyVerb ? '' : (parts[2] ?? '') };
}

function collectionVerb(verb: string, query: URLSearchParams): string {
  if (verb === 'delete') return 'deletecollection';
  if (verb !== 'get') return verb;
  return wantsWatch(query) ? 'watch' : 'list';
}

function wantsWatch(query: URLSearchParams): boolean {
  const value = query.get('watch');
  return value !== null && value.toLowerCase() !== 'false' && value !== '0';
}

/** A selector that cannot be read is refused later. */
function requirementOf(selector: string): string | undefined {
  try {
    return parseFieldSelector(selector).requiresExactMatch('metadata.name');
  } catch (error) {
    if (error instanceof FieldSelectorError) return undefined;
    throw error;
  }
}

/** A selector metadata.name=x makes the request about x, for authorisation by name. */
function nameInSelector(selector: string | null): string {
  if (selector === null) return '';
  const name = requirementOf(selector) ?? '';
  return isValidPathSegmentName(name).length === 0 ? name : '';
}
