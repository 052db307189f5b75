/** /api and /apis and what lies below them without naming a resource. */
import { StatusError } from '../../apimachinery/errors.ts';
import type { ApiResponse } from '../../apimachinery/http.ts';
import type { Authenticated } from '../../registry/generic/context.ts';
import type { Discovery } from '../discovery/documents.ts';
import { checkRepresentations } from '../endpoints/accept.ts';
import { encodedDocument } from '../discovery/encoded.ts';
import { notFoundText } from './status-response.ts';

const genericNotFound = (): StatusError => new StatusError(404, 'NotFound', 'the server could not find the requested resource', {});
const methodNotAllowed = (): StatusError => new StatusError(405, 'MethodNotAllowed', 'the server does not allow this method on the requested resource', {});

/** The documents of versions, and /api, are behind a router, which knows GET only; those of groups answer any method. */
export async function discoveryAnswer(discovery: Discovery, serverAddress: string, request: Authenticated): Promise<ApiResponse> {
  const [prefix = '', ...rest] = request.info.path.split('/').filter((p) => p !== '');
  const [group, version] = prefix === 'api' ? ['', rest[0]] : rest;
  if (group === undefined) return encodedDocument(discovery, 'apis', discovery.groups(), request);
  if (group !== '' && !discovery.served().has(group)) return notFoundText();
  if (version === undefined && group !== '') return encodedDocument(discovery, undefined, found(discovery.group(group)), request);
  const known = version === undefined ? apiVersions(serverAddress) : await discovery.resources(group, version);
  if (known === undefined && !discovery.isRouted(group)) return notFoundText();
  const document = found(known);
  if (rest.length > (group === '' ? 1 : 2)) throw genericNotFound();
  if (request.method !== 'GET') throw methodNotAllowed();
  checkRepresentations(request);
  return encodedDocument(discovery, version === undefined ? 'api' : undefined, document, request);
}

function found<T>(document: T | undefined): T {
  if (document === undefined) throw genericNotFound();
  return document;
}

function apiVersions(serverAddress: string): object {
  return { kind: 'APIVersions', versions: ['v1'], serverAddressByClientCIDRs: [{ clientCIDR: '0.0.0.0/0', serverAddress }] };
}
