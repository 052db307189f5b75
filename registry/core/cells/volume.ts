/** The cells of persistent volumes and claims. Behaves like upstream pkg/printers/internalversion/printers.go and pkg/apis/core/helper. */
import { own } from '../../../apimachinery/own.ts';

const SHORT: Readonly<Record<string, string>> = {
  ReadWriteOnce: 'RWO',
  ReadOnlyMany: 'ROX',
  ReadWriteMany: 'RWX',
  ReadWriteOncePod: 'RWOP',
};

/** In upstream's fixed order, without repetitions. */
export function accessModesText(modes: readonly string[] | undefined): string {
  return Object.keys(SHORT)
    .filter((mode) => modes?.includes(mode))
    .map((mode) => own(SHORT, mode))
    .join(',');
}

/** The old annotation counts before the field. */
export function storageClassOf(obj: {
  readonly metadata: { readonly annotations?: Readonly<Record<string, string>> };
  readonly spec: { readonly storageClassName?: string };
}): string {
  return obj.metadata.annotations?.['volume.beta.kubernetes.io/storage-class'] ?? obj.spec.storageClassName ?? '';
}
