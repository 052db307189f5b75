/** Puts upstream's compatibility data (K8TS_SHARED/oracle/roundtrip, protobuf: the form in which upstream stores) into etcd under upstream's keys. */
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { builtinDefinitions } from '../../../registry/index.ts';
import type { ResourceDefinition } from '../../../registry/generic/definition.ts';
import { shared } from '../setting.ts';
import type { House } from './house.ts';

/** The names that the data give each object. */
const NAME = { Namespaced: 'namespaceValue/nameValue', Cluster: 'nameValue' };

function fileOf({ storageVersion, versions }: ResourceDefinition): string | undefined {
  const kind = versions[0]?.gvk.kind ?? '';
  const file = join(shared('oracle', 'roundtrip'), `${storageVersion.group || 'core'}.${storageVersion.version}.${kind}.pb`);
  return existsSync(file) ? file : undefined;
}

/** How many kinds there are. */
export function storedAsUpstreamWrites(house: House): number {
  let count = 0;
  for (const definition of builtinDefinitions()) {
    const file = definition.backing === 'stored' ? fileOf(definition) : undefined;
    if (file === undefined) continue;
    house.etcdctl(['put', `/registry/${definition.storagePath}/${NAME[definition.scope]}`], readFileSync(file));
    count++;
  }
  return count;
}
