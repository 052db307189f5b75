/** Fills a cluster with objects of every kind: what the recorded scenarios leave behind, and one of each kind that they leave none of. */
import { shared, show } from '../setting.ts';
import type { House } from './house.ts';
import { FURNISHED_NAMESPACE } from './namespaces.ts';
import { listPath, type ApiObject, type Served } from './reader.ts';
import { STUBS } from './stubs.ts';

const AREAS = ['core', 'groups'];

export interface Furnished {
  /** Why an object could not be made. */
  readonly refused: readonly string[];
  /** Kinds of which there is no object. */
  readonly absent: readonly string[];
}

async function create(house: House, resource: Served, stub: object): Promise<string | undefined> {
  const path = `${resource.base}${resource.namespaced ? `/namespaces/${FURNISHED_NAMESPACE}` : ''}/${resource.plural}`;
  const apiVersion = resource.base.replace(/^\/apis?\//, '');
  const { status, bytes } = await house.reader.ask('POST', path, { apiVersion, kind: resource.kind, ...stub });
  return status === 201 || status === 409 ? undefined : `${path}: ${status} ${new TextDecoder().decode(bytes)}`;
}

/** Resolves when the custom resources' API is there. */
async function servedWithCustom(house: House): Promise<Served[]> {
  for (;;) {
    const served = await house.reader.served();
    if (served.some((r) => r.plural === 'foos')) return served;
    await new Promise((done) => setTimeout(done, 200));
  }
}

export async function furnish(house: House): Promise<Furnished> {
  for (const area of AREAS) await show(process.execPath, [shared('oracle', 'replay.mjs'), '--kubeconfig', house.kubeconfig, '--corpus', shared('oracle', 'corpus', area), '--diff', '0']);
  const refused: string[] = [];
  await house.reader.ask('POST', '/api/v1/namespaces', { metadata: { name: FURNISHED_NAMESPACE } });
  const made = new Set<string>();
  const make = async (resources: readonly Served[]): Promise<void> => {
    for (const resource of resources) {
      const stub = STUBS[resource.kind];
      if (!stub || made.has(listPath(resource))) continue;
      made.add(listPath(resource));
      const error = await create(house, resource, stub);
      if (error !== undefined) refused.push(error);
    }
  };
  await make(await house.reader.served());
  const served = await servedWithCustom(house);
  await make(served);
  return { refused, absent: await absentKinds(house, served) };
}

async function absentKinds(house: House, served: readonly Served[]): Promise<string[]> {
  const absent: string[] = [];
  for (const resource of served) {
    const { items } = await house.reader.read<{ items: readonly ApiObject[] | null }>(`${listPath(resource)}?limit=1`);
    if (!items?.length) absent.push(listPath(resource));
  }
  return absent;
}
