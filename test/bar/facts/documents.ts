/** Discovery and OpenAPI beside the recorded documents (./server.ts). */
import { differences, withoutTexts, type Difference } from './differences.ts';
import { fact, factNames, type Answer, type Asked } from './server.ts';

const FIXED: Readonly<Record<string, string>> = { root: '/', version: '/version', 'aggregated-v2_api': '/api', 'aggregated-v2_apis': '/apis' };
const AGGREGATED = 'application/json;g=apidiscovery.k8s.io;v=v2;as=APIGroupDiscoveryList';

const expecting = (at: string, what: string, got: unknown, wanted: unknown): Difference[] => differences(got, wanted, `${at}/${what}`);

/** A second request that names the ETag is answered with 304 and no body. */
async function revalidated(server: Asked, at: string, path: string, first: Answer, headers: Readonly<Record<string, string>>): Promise<Difference[]> {
  const etag = first.headers['etag'] ?? '';
  const again = await server.get(path, { ...headers, 'if-none-match': etag });
  return [...expecting(at, '(ETag)', /^"[0-9A-F]{128}"$/.test(etag), true), ...expecting(at, '(status with If-None-Match)', again.status, 304), ...expecting(at, '(its length)', again.bytes.length, 0)];
}

/** The root's list of paths, so that each is compared. */
function byPath(document: unknown): unknown {
  const { paths } = document as { paths?: unknown };
  return Array.isArray(paths) ? { paths: Object.fromEntries(paths.map((path) => [path, true])) } : document;
}

export async function discoveryDifferences(server: Asked): Promise<Difference[]> {
  const found: Difference[] = [];
  for (const name of factNames('discovery')) {
    const path = FIXED[name] ?? `/${name.replaceAll('_', '/')}`;
    const headers: Record<string, string> = name.startsWith('aggregated') ? { accept: AGGREGATED } : {};
    const answer = await server.get(path, headers);
    found.push(...differences(byPath(answer.json()), byPath(fact('discovery', `${name}.json`)), `discovery/${name}`));
    if (name.startsWith('aggregated')) found.push(...(await revalidated(server, `discovery/${name}`, path, answer, headers)));
  }
  return found;
}

const v3Path = (name: string): string => name.replaceAll('_', '/');

async function v3Differences(server: Asked): Promise<Difference[]> {
  const index = (await server.get('/openapi/v3')).json() as { paths: Record<string, { serverRelativeURL: string }> };
  const recorded = factNames('openapi-v3').map(v3Path).sort();
  const found = expecting('openapi-v3', '(index)', Object.keys(index.paths).sort(), recorded);
  for (const name of factNames('openapi-v3')) {
    const url = index.paths[v3Path(name)]?.serverRelativeURL;
    if (url === undefined) continue;
    const answer = await server.get(url);
    found.push(...differences(withoutTexts(answer.json()), fact('openapi-v3', `${name}.json`), `openapi-v3/${name}`));
    found.push(...(await revalidated(server, `openapi-v3/${name}`, url, answer, {})), ...expecting(`openapi-v3/${name}`, '(hash is the ETag)', `"${new URL(url, 'https://server').searchParams.get('hash')}"`, answer.headers['etag']));
    const protobuf = await server.get(url, { accept: 'application/com.github.proto-openapi.spec.v3@v1.0+protobuf' });
    found.push(...expecting(`openapi-v3/${name}`, '(protobuf)', protobuf.headers['content-type'], 'application/com.github.proto-openapi.spec.v3.v1.0+protobuf'));
  }
  return found;
}

async function v2Differences(server: Asked): Promise<Difference[]> {
  const answer = await server.get('/openapi/v2');
  const protobuf = await server.get('/openapi/v2', { accept: 'application/com.github.proto-openapi.spec.v2@v1.0+protobuf' });
  const zipped = await server.get('/openapi/v2', { 'accept-encoding': 'gzip' });
  return [
    ...differences(withoutTexts(answer.json()), fact('openapi-v2.json'), 'openapi-v2'),
    ...(await revalidated(server, 'openapi-v2', '/openapi/v2', answer, {})),
    ...expecting('openapi-v2', '(protobuf)', protobuf.headers['content-type'], 'application/com.github.proto-openapi.spec.v2.v1.0+protobuf'),
    ...expecting('openapi-v2', '(gzip)', zipped.headers['content-encoding'], 'gzip'),
  ];
}

export async function openapiDifferences(server: Asked): Promise<Difference[]> {
  return [...(await v2Differences(server)), ...(await v3Differences(server))];
}
