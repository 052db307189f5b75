/** A new object beside one that is there: as alike as the rules of its kind allow. */
import { twinsNamespaceOf } from './namespaces.ts';
import type { ApiObject, Served } from './reader.ts';

type Fields = Record<string, unknown>;
type Twin = Fields & { metadata: Fields & { name: string } };

/** What a server gives an object, and a new one gets anew. */
const GIVEN = ['uid', 'resourceVersion', 'creationTimestamp', 'generation', 'managedFields', 'deletionTimestamp', 'deletionGracePeriodSeconds', 'selfLink'];
/** A server removes what bears it and is none of its own. */
const OF_THE_SERVER = 'apf.kubernetes.io/autoupdate-spec';
/** Given anew to each Job, with the selector. */
const OF_THE_JOB = ['batch.kubernetes.io/controller-uid', 'controller-uid', 'batch.kubernetes.io/job-name', 'job-name'];
const MAX_NAME = 40;

const fieldsOf = (object: Fields, name: string): Fields => (object[name] ?? {}) as Fields;

/** Kinds whose name follows from what they are, and kinds that hold what only one may hold. */
const BY_KIND: Readonly<Record<string, (twin: Twin, n: number) => void>> = {
  IPAddress: (twin, n) => void (twin.metadata.name = `192.168.${100 + (n >> 8)}.${n & 255}`),
  CustomResourceDefinition(twin, n) {
    const spec = fieldsOf(twin, 'spec');
    const { plural, kind, ...names } = fieldsOf(spec, 'names');
    spec['names'] = { ...names, plural: `${String(plural)}x${n}`, singular: `${String(names['singular'] ?? plural)}x${n}`, kind: `${String(kind)}X${n}`, listKind: `${String(kind)}X${n}List`, shortNames: [] };
    twin.metadata.name = `${String(plural)}x${n}.${String(spec['group'])}`;
  },
  APIService(twin, n) {
    const spec = fieldsOf(twin, 'spec');
    spec['group'] = `twin${n}.${String(spec['group'])}`;
    twin.metadata.name = `${String(spec['version'])}.${String(spec['group'])}`;
  },
  Job(twin) {
    const spec = fieldsOf(twin, 'spec');
    if (spec['manualSelector'] === true) return;
    delete spec['selector'];
    for (const bearer of [twin, fieldsOf(spec, 'template')]) for (const name of OF_THE_JOB) delete fieldsOf(fieldsOf(bearer, 'metadata'), 'labels')[name];
  },
  Service(twin) {
    const spec = fieldsOf(twin, 'spec');
    if (spec['clusterIP'] !== 'None') for (const name of ['clusterIP', 'clusterIPs']) delete spec[name];
    delete spec['healthCheckNodePort'];
    for (const port of (spec['ports'] ?? []) as Fields[]) delete port['nodePort'];
  },
};

/** Those of groups that a server serves itself are its own. */
const isOwn = (object: Fields): boolean => object['kind'] === 'APIService' && fieldsOf(object, 'spec')['service'] === undefined;

/** `n` is told once. Undefined: the kind has objects of the server alone. */
export function twinOf({ kind, plural, namespaced, base }: Served, object: ApiObject, n: number): Twin | undefined {
  const twin = { apiVersion: base.replace(/^\/apis?\//, ''), kind, ...structuredClone(object) } as unknown as Twin;
  if (isOwn(twin)) return undefined;
  for (const name of GIVEN) delete twin.metadata[name];
  delete twin['status'];
  delete fieldsOf(twin.metadata, 'annotations')[OF_THE_SERVER];
  twin.metadata.name = `${twin.metadata.name.slice(0, MAX_NAME).replace(/[^a-z0-9]+$/, '')}-t${n}`;
  if (namespaced) twin.metadata['namespace'] = twinsNamespaceOf(plural);
  BY_KIND[kind]?.(twin, n);
  return twin;
}
