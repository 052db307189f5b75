/** Which class of several is the default: the newest, of equally old ones the first by name. Behaves like upstream component-helpers storage/volume GetDefaultClass. */
import type { Obj } from '../../apimachinery/meta.ts';

interface Class {
  readonly metadata: Readonly<Pick<Obj['metadata'], 'name' | 'creationTimestamp'>> & { readonly annotations?: Readonly<Record<string, string>> };
}

export function newestDefault<T extends Class>(classes: readonly T[], annotations: readonly string[]): T | undefined {
  const created = (c: T): string => c.metadata.creationTimestamp ?? '';
  return classes
    .filter((c) => annotations.some((a) => c.metadata.annotations?.[a] === 'true'))
    .sort((a, b) => (created(a) === created(b) ? (a.metadata.name < b.metadata.name ? -1 : 1) : created(a) < created(b) ? 1 : -1))[0];
}
