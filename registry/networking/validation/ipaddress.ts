/** IPAddresses: their name is the address. Behaves like upstream pkg/apis/networking/validation/validation.go (ValidateIPAddress). */
import type { IPAddress, ParentReference } from '../../../apimachinery/types/networking.gen.ts';
import { invalid, Path, required, type ErrorList, type FieldError } from '../../../apimachinery/validation/field.ts';
import { isValidIP } from '../../../apimachinery/validation/ip.ts';
import { semanticEqual } from '../../core/equality.ts';
import { dnsSubdomain, IMMUTABLE } from '../../core/validation/fields.ts';
import { segment } from './reference.ts';
import type { RequestContext } from '../../generic/context.ts';
import type { MetadataErrors } from '../../generic/definition.ts';

const PARENT = Path.of('spec', 'parentRef');

/** The rule's messages without their heads. */
export function validateIPAddressName(name: string, _isPrefix: boolean): readonly string[] {
  const head = `${invalid(PARENT, name, 'x').message.slice(0, -1)}`;
  return isValidIP(Path.of(''), name).map((e) => (e.message.startsWith(head) ? e.message.slice(head.length) : e.message));
}

function parent(ref: ParentReference | undefined | null): FieldError[] {
  if (!ref) return [required(PARENT)];
  return [
    ...(ref.group ? dnsSubdomain(ref.group, PARENT.child('group')) : []),
    ...segment(ref.resource, PARENT.child('resource')),
    ...segment(ref.name, PARENT.child('name')),
    ...(ref.namespace ? segment(ref.namespace, PARENT.child('namespace')) : []),
  ];
}

/** How upstream prints its internal type. */
const internal = (ref: ParentReference | undefined | null): unknown =>
  ref ? { Group: ref.group ?? '', Resource: ref.resource ?? '', Namespace: ref.namespace ?? '', Name: ref.name ?? '' } : null;

export const validateIPAddress = ({ spec }: IPAddress): ErrorList => parent(spec.parentRef);

export function validateIPAddressUpdate(ip: IPAddress, old: IPAddress, _ctx: RequestContext, metadata: MetadataErrors): ErrorList {
  const isSame = semanticEqual(ip.spec.parentRef, old.spec.parentRef);
  const changed = isSame ? [] : [invalid(PARENT, internal(ip.spec.parentRef), IMMUTABLE)];
  return [...metadata.whole(), ...validateIPAddress(ip), ...metadata.change(), ...changed];
}
