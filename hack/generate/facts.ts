/** Reads the recorded facts in hack/facts/ (what a real v1.35.4 says of itself). */
import { readFileSync, readdirSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

/** The root of the checkout: this file runs as dist/hack/generate/facts.js. */
export const root = join(dirname(fileURLToPath(import.meta.url)), '..', '..', '..');

export function readFact<T>(name: string): T {
  return JSON.parse(readFileSync(join(root, 'hack/facts', name), 'utf8')) as T;
}

export function readFactText(name: string): string {
  return readFileSync(join(root, 'hack/facts', name), 'utf8');
}

export function listFacts(folder: string): string[] {
  return readdirSync(join(root, 'hack/facts', folder)).sort();
}

/** A field of a Go struct. */
export interface FieldFact {
  name: string;
  type: string;
  omit: 'never' | 'empty' | 'zero';
  pointer?: boolean;
  number?: number;
  patchStrategy?: string;
  patchMergeKey?: string;
  inlinedFrom?: string;
  inlinedNumber?: number;
}

export interface TypesFact {
  types: Record<string, FieldFact[]>;
  /** `apps/v1, Kind=Deployment` to type name. */
  kinds: Record<string, string>;
}

/** Per type and field: what Go calls the field's type (pointers removed), where its API type does not tell, and the embedded structs (with their protobuf numbers) in which the field stands. */
export type GoTypesFact = Record<string, Record<string, { type?: string; embedded?: string; within?: number[] }>>;

export interface OpenAPISchema {
  type?: string;
  format?: string;
  default?: unknown;
  enum?: string[];
  required?: string[];
  properties?: Record<string, OpenAPISchema>;
  items?: OpenAPISchema;
  additionalProperties?: OpenAPISchema;
  allOf?: OpenAPISchema[];
  oneOf?: OpenAPISchema[];
  $ref?: string;
  'x-kubernetes-list-type'?: string;
  'x-kubernetes-list-map-keys'?: string[];
  'x-kubernetes-map-type'?: string;
  'x-kubernetes-patch-strategy'?: string;
  'x-kubernetes-patch-merge-key'?: string;
  'x-kubernetes-unions'?: unknown[];
  'x-kubernetes-group-version-kind'?: { group: string; version: string; kind: string }[];
}

export interface APIResourceFact {
  name: string;
  singularName: string;
  namespaced: boolean;
  kind: string;
  group?: string;
  version?: string;
  verbs: string[];
  shortNames?: string[];
  categories?: string[];
  storageVersionHash?: string;
}

export interface DiscoveryFact {
  groupVersion: string;
  resources: APIResourceFact[];
}

/** The discovery document of every served group version. */
export function discoveryDocuments(): DiscoveryFact[] {
  return listFacts('discovery')
    .filter((f) => !f.startsWith('aggregated'))
    .map((f) => readFact<DiscoveryFact>(`discovery/${f}`))
    .filter((d) => d.resources !== undefined && d.groupVersion !== undefined);
}
