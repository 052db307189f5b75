/** Formats that custom resources' schemas may name. Behaves like upstream apiextensions-apiserver/pkg/apiserver/validation/formats.go. */
import { internalSpec } from './validation/internal-form.ts';
import { schemasWithin, type Spec } from './validation/schema-walk.ts';

const KNOWN: ReadonlySet<string> = new Set(
  [
    'bsonobjectid uri email hostname ipv4 ipv6 cidr mac uuid uuid3 uuid4 uuid5 isbn isbn10 isbn13 creditcard ssn hexcolor rgbcolor',
    'byte password date duration datetime k8sshortname k8slongname',
  ].flatMap((line) => line.split(' ')),
);

/** Of texts; other values have no formats. */
export function unknownFormats(spec: Spec): string[] {
  const { shared, versions } = internalSpec(spec);
  const roots = [shared, ...versions].flatMap((v) => v.schema?.openAPIV3Schema ?? []);
  return roots
    .flatMap((root) => [...schemasWithin(root)])
    .flatMap(({ type, format }) => (type === 'string' && format && !KNOWN.has(format.replaceAll('-', '')) ? [format] : []));
}
