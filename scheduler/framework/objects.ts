/** The objects that the scheduler reads, as listers hand them out. */
import type { DeepReadonly } from '../../apimachinery/types/type.ts';
import type * as core from '../../apimachinery/types/core.gen.ts';

export type Pod = DeepReadonly<core.Pod>;
export type Node = DeepReadonly<core.Node>;
