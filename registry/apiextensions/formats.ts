/** Formats that custom resources' schemas may name. Behaves like upstream apiextensions-apiserver/pkg/apiserver/validation/formats.go. */
import { formatNamed } from '../../apimachinery/structural/formats.ts';
import { internalSpec } from './validation/internal-form.ts';
import { schemasWithin, type Spec } from './validation/schema-walk.ts';

/** Of texts; other values have no formats. */
export function unknownFormats(spec: Spec): string[] {
  const { shared, versions } = internalSpec(spec);
  const roots = [shared, ...versions].flatMap((v) => v.schema?.openAPIV3Schema ?? []);
  return roots
    .flatMap((root) => [...schemasWithin(root)])
    .flatMap(({ type, format }) => (type === 'string' && format && formatNamed(format) === undefined ? [format] : []));
}
