/** Table columns and the objects that a new server creates, beside the recorded ones (./server.ts). */
import { differences, type Difference } from './differences.ts';
import { fact, factNames, type Asked } from './server.ts';

const TABLE = 'application/json;as=Table;v=v1;g=meta.k8s.io';

/** `apps_v1_deployments` to `/apis/apps/v1/deployments`. */
function collectionPath(name: string): string {
  const parts = name.split('_');
  return parts.length === 2 ? `/api/${parts.join('/')}` : `/apis/${parts.join('/')}`;
}

interface Table {
  readonly columnDefinitions?: readonly Record<string, unknown>[];
}

export async function tableDifferences(server: Asked): Promise<Difference[]> {
  const found: Difference[] = [];
  for (const name of factNames('tables')) {
    const table = (await server.get(collectionPath(name), { accept: TABLE })).json() as Table;
    const columns = table.columnDefinitions?.map(({ description: _text, ...column }) => column);
    found.push(...differences(columns, fact('tables', `${name}.json`), `tables/${name}`));
  }
  return found;
}

interface Listed {
  readonly metadata: Record<string, unknown> & { readonly name: string; readonly namespace?: string };
  readonly [field: string]: unknown;
}

/** Certificates, leases, times and component statuses are no part of the comparison. */
const OWN = new Set(['uid', 'resourceVersion', 'creationTimestamp', 'managedFields']);
const LEFT_OUT = new Set(['coordination.k8s.io_v1_leases', 'v1_componentstatuses']);
const TIMES = new Set(['lastTransitionTime', 'since']);

function comparable(value: unknown, inMetadata = false): unknown {
  if (typeof value === 'string') return value.replace(/-----BEGIN CERTIFICATE-----[^-]*-----END CERTIFICATE-----\n?/g, '(certificate)');
  if (Array.isArray(value)) return value.map((item) => comparable(item));
  if (typeof value !== 'object' || value === null) return value;
  const kept = Object.entries(value).filter(([name]) => !TIMES.has(name) && !(inMetadata && OWN.has(name)));
  return Object.fromEntries(kept.map(([name, inner]) => [name, comparable(inner, name === 'metadata')]));
}

function byName(list: unknown): Record<string, unknown> {
  const items = (list as { items?: readonly Listed[] }).items ?? [];
  return Object.fromEntries(items.map((item) => [item.metadata.namespace === undefined ? item.metadata.name : `${item.metadata.namespace}/${item.metadata.name}`, comparable(item)]));
}

export async function bootstrapDifferences(server: Asked): Promise<Difference[]> {
  const found: Difference[] = [];
  for (const name of factNames('bootstrap').filter((n) => !LEFT_OUT.has(n))) {
    const listed = (await server.get(collectionPath(name))).json();
    found.push(...differences(byName(listed), byName(fact('bootstrap', `${name}.json`)), `bootstrap/${name}`));
  }
  return found;
}
