/**
 * Takes a path and query apart: the one function that knows the path grammar, between the listener and everything that asks what a request wants.
 * Behaves like upstream apiserver/pkg/endpoints/request/requestinfo.go.
 */
import { newBadRequest } from '../apimachinery/errors.ts';
import { FieldSelectorError, parseFieldSelector } from '../apimachinery/fields/selector.ts';
import { isValidPathSegmentName } from '../apimachinery/validation/names.ts';
import type { RequestInfo } from '../registry/generic/context.ts';

const SPECIAL_VERBS = new Set(['proxy', 'watch']);
const NAMESPACE_SUBRESOURCES = new Set(['status', 'finalize']);
const VERBS: Readonly<Record<string, string>> = { POST: 'create', GET: 'get', HEAD: 'get', PUT: 'update', PATCH: 'patch', DELETE: 'delete' };
const NO_PARTS: readonly string[] = [];

/** Throws BadRequest for a path that cannot be decoded or that ends behind /watch or /proxy. */
export function parseRequestInfo(method: string, rawPath: string, rawQuery: string): RequestInfo {
  const path = decodePath(rawPath);
  const query = new URLSearchParams(rawQuery);
  const parts = splitPath(path);
  const grouped = parts[0] === 'apis';
  if (parts.length < (grouped ? 4 : 3) || (!grouped && parts[0] !== 'api')) return otherPath(method, path, query);
  const rest = parts.slice(grouped ? 3 : 2);
  const special = SPECIAL_VERBS.has(rest[0] ?? '');
  if (special && rest.length < 2) throw newBadRequest(`unable to determine kind and namespace from url, ${path}`);
  const verb = special ? (rest.shift() ?? '') : (VERBS[method] ?? '');
  const target = resourceParts(rest, special && verb === 'proxy');
  const info = {
    isResourceRequest: true,
    path,
    apiPrefix: parts[0] ?? '',
    apiGroup: grouped ? (parts[1] ?? '') : '',
    apiVersion: (grouped ? parts[2] : parts[1]) ?? '',
    ...target,
    query,
    isWatchPath: special && verb === 'watch',
  };
  return { ...info, ...verbAndName(verb, target.name, query) };
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
    throw newBadRequest(`parse ${JSON.stringify(rawPath)}: invalid URL escape`, error);
  }
}

function splitPath(path: string): string[] {
  const trimmed = path.replace(/^\/+/, '').replace(/\/+$/, '');
  return trimmed === '' ? [] : trimmed.split('/');
}

type Target = Pick<RequestInfo, 'namespace' | 'resource' | 'subresource' | 'name' | 'parts'>;

/** `namespaces/{namespace}/{resource}/...`: the parts behind the namespace, unless they name the namespace itself or a subresource of it. */
function resourceParts(rest: readonly string[], isProxyVerb: boolean): Target {
  let parts = rest;
  let namespace = '';
  if (rest[0] === 'namespaces' && rest.length > 1) {
    namespace = rest[1] ?? '';
    if (rest.length > 2 && !NAMESPACE_SUBRESOURCES.has(rest[2] ?? '')) parts = rest.slice(2);
  }
  return { namespace, parts, resource: parts[0] ?? '', name: parts[1] ?? '', subresource: isProxyVerb ? '' : (parts[2] ?? '') };
}

function verbAndName(verb: string, name: string, query: URLSearchParams): { verb: string; name: string } {
  if (name !== '') return { verb, name };
  if (verb === 'delete') return { verb: 'deletecollection', name };
  if (verb !== 'get') return { verb, name };
  return { verb: wantsWatch(query) ? 'watch' : 'list', name: nameInSelector(query.get('fieldSelector')) };
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
  const name = requirementOf(selector ?? '') ?? '';
  return isValidPathSegmentName(name).length === 0 ? name : '';
}
