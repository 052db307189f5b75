/** What bodies, patches and applied configurations are decoded to. */
import type { GroupVersionKind, Obj } from '../../apimachinery/meta.ts';
import type { Struct } from '../../apimachinery/schema/model.ts';

/** A type that a body may have. */
export interface TypedShape {
  readonly gvk: GroupVersionKind;
  readonly schema: Struct;
  /** Other apiVersions that say the same. */
  readonly alsoAccepts?: readonly string[] | undefined;
  setDefaults?(obj: Obj, base?: object): void;
  conversionMistake?(obj: Obj): string | undefined;
}
