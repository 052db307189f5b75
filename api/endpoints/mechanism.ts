/** What a kind of patch is: ./patch-mechanisms.ts and ./apply.ts have one each, ./patch.ts runs it. */
import type { Obj } from '../../apimachinery/meta.ts';
import type { DeepReadonly } from '../../apimachinery/types/type.ts';

/** Makes the wanted object, of the shape that was asked for, from what is there (undefined: nothing). Runs once per attempt. */
export interface Mechanism {
  apply(current: DeepReadonly<Obj> | undefined): Promise<Obj>;
  /** Apply creates what is missing and computes managed fields itself. */
  readonly isApply?: true;
}
