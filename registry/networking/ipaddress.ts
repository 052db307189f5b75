/** IPAddresses: one object per cluster address in use. Behaves like upstream pkg/registry/networking/ipaddress. */
import { groupResourceText } from '../../apimachinery/meta.ts';
import * as networking from '../../apimachinery/types/networking.gen.ts';
import type { DeepReadonly } from '../../apimachinery/types/type.ts';
import { column, defineResource } from '../generic/define.ts';
import { translateTimestampSince } from '../generic/duration.ts';
import { validateIPAddress, validateIPAddressName, validateIPAddressUpdate } from './validation/ipaddress.ts';

function parentRef({ spec: { parentRef: ref } }: DeepReadonly<networking.IPAddress>): string {
  if (!ref) return '<none>';
  const resource = groupResourceText({ group: ref.group ?? '', resource: ref.resource ?? '' }).toLowerCase();
  return [resource, ...(ref.namespace ? [ref.namespace] : []), ref.name ?? ''].join('/');
}

export default defineResource<networking.IPAddress>(networking.IPAddress, {
  shortNames: ['ip'],
  /** Its age follows in the rows, though no column says so. */
  columns: [{ ...column<networking.IPAddress>('ParentRef', parentRef), extra: (ip, now) => translateTimestampSince(ip.metadata.creationTimestamp, now) }],
  strategy: {
    metadata: { onUpdate: 'placed' },
    validate: validateIPAddress,
    validateUpdate: validateIPAddressUpdate,
    generateName: (base) => base,
    validateName: validateIPAddressName,
  },
});
