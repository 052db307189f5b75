/** The second tenant changes every object there is, and makes a new one beside each. */
import type { House } from './house.ts';
import { ALL_TWINS_NAMESPACES, TWINS_NAMESPACE, twinsNamespaceOf } from './namespaces.ts';
import { listPath, objectPath, type ApiObject, type Served } from './reader.ts';
import type { Refused } from './refusals.ts';
import { twinOf } from './twin.ts';

const PATCH = { 'content-type': 'application/merge-patch+json' };
const POST = { 'content-type': 'application/json' };
const patch = { metadata: { annotations: { 'moved.example.com/by': 'the second tenant' } } };
/** They bear on what is made after them. */
const LAST = /webhook|admissionpolic/;

interface ObjectList {
  readonly items: readonly ApiObject[] | null;
}

interface Found {
  readonly resource: Served;
  readonly object: ApiObject;
}

/** Each stored thing once, though several versions serve it. */
async function everything(house: House): Promise<Found[]> {
  const seen = new Set<string>();
  const found: Found[] = [];
  for (const resource of (await house.reader.served()).filter((r) => r.verbs.includes('patch'))) {
    for (const object of (await house.reader.read<ObjectList>(listPath(resource))).items ?? []) {
      const id = (object.metadata as { readonly uid?: string }).uid ?? objectPath(resource, object);
      if (!seen.has(id)) found.push({ resource, object });
      seen.add(id);
    }
  }
  return found.toSorted((a, b) => Number(LAST.test(a.resource.plural)) - Number(LAST.test(b.resource.plural)));
}

/** True when it was done. */
async function done(house: House, request: Refused): Promise<boolean> {
  const { status } = await house.reader.ask(request.method, request.path, request.body, request.headers);
  return status === 200 || status === 201;
}

function requestFor({ resource, object }: Found, n: number): Refused | undefined {
  const twin = twinOf(resource, object, n);
  const namespace = resource.namespaced ? `/namespaces/${twinsNamespaceOf(resource.plural)}` : '';
  return twin && { method: 'POST', path: `${resource.base}${namespace}/${resource.plural}`, body: twin, headers: POST };
}

interface Definition extends ApiObject {
  readonly spec: { readonly names: { readonly plural: string } };
  readonly status?: { readonly conditions?: readonly { readonly type: string; readonly status: string }[] };
}

/** Resolves when every definition is served: kinds appear a moment after their definition. */
async function customKindsServed(house: House): Promise<void> {
  for (;;) {
    const { items } = await house.reader.read<{ items: readonly Definition[] | null }>('/apis/apiextensions.k8s.io/v1/customresourcedefinitions');
    const plurals = new Set((await house.reader.served()).map((r) => r.plural));
    const isServed = ({ spec, status, metadata }: Definition): boolean => plurals.has(spec.names.plural) || 'deletionTimestamp' in metadata || (status?.conditions ?? []).some((c) => c.type === 'NamesAccepted' && c.status === 'False');
    if ((items ?? []).every(isServed)) return;
    await new Promise((resolve) => setTimeout(resolve, 200));
  }
}

/** What was refused: by rules of the kind, or of the cluster as it is. The other server must refuse it likewise (refusals.ts). */
export async function redecorate(house: House): Promise<Refused[]> {
  for (const name of ALL_TWINS_NAMESPACES) await house.reader.ask('POST', '/api/v1/namespaces', { metadata: { name } });
  await house.reader.ask('POST', `/api/v1/namespaces/${TWINS_NAMESPACE}/serviceaccounts`, { metadata: { name: 'default' } });
  const found = await everything(house);
  const refused: Refused[] = [];
  let [changed, made] = [0, 0];
  for (const { resource, object } of found) {
    const request: Refused = { method: 'PATCH', path: objectPath(resource, object), body: patch, headers: PATCH };
    if (await done(house, request)) changed++;
    else refused.push(request);
  }
  for (const [n, one] of found.entries()) {
    const request = one.resource.verbs.includes('create') ? requestFor(one, n) : undefined;
    if (request === undefined) continue;
    if (await done(house, request)) made++;
    else refused.push(request);
  }
  await customKindsServed(house);
  console.log(`  ${house.tenant} changed ${changed} objects, made ${made} beside them, and refused ${refused.length} requests`);
  return refused;
}
