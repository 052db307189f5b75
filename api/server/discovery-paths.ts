/** /api and /apis and what lies below them without naming a resource. */
import { StatusError } from '../../apimachinery/errors.ts';
import type { ApiResponse } from '../../apimachinery/http.ts';
import type { Authenticated } from '../../registry/generic/context.ts';
import type { Discovery } from '../discovery/documents.ts';
import { checkRepresentations } from '../endpoints/accept.ts';
import { encodedDocument } from '../discovery/encoded.ts';
import { notFoundText } from './status-response.ts';

const READ = new Set(['GET', 'HEAD']);
const genericNotFound = (): StatusError => new StatusError(404, 'NotFound', 'the server could not find the requested resource', {});

export async function discoveryAnswer(discovery: Discovery, serverAddress: string, request: Authenticated): Promise<ApiResponse> {
  const [prefix = '', ...rest] = request.info.path.split('/').filter((p) => p !== '');
  if (!READ.has(request.method)) throw new StatusError(405, 'MethodNotAllowed', 'the server does not allow this method on the requested resource', {});
  if (prefix === 'api' || rest.length > 1) checkRepresentations(request);
  if (prefix === 'api') {
    if (rest.length === 0) return encodedDocument(discovery, 'api', apiVersions(serverAddress), request);
    const resources = await discovery.resources('', rest[0] ?? '');
    if (!resources || rest.length > 1) throw genericNotFound();
    return encodedDocument(discovery, undefined, resources, request);
  }
  const [group, version] = rest;
  if (group === undefined) return encodedDocument(discovery, 'apis', discovery.groups(), request);
  if (!discovery.served().has(group)) return notFoundText();
  const document = version === undefined ? discovery.group(group) : await discovery.resources(group, version);
  if (!document) throw genericNotFound();
  return encodedDocument(discovery, undefined, document, request);
}

function apiVersions(serverAddress: string): object {
  return { kind: 'APIVersions', versions: ['v1'], serverAddressByClientCIDRs: [{ clientCIDR: '0.0.0.0/0', serverAddress }] };
}
