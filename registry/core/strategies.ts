/** The strategies that most resources share: who owns status, and when the generation rises. Behaves like upstream pkg/registry/<group>/<resource>/strategy.go. */
import type { ApiObject } from '../../apimachinery/meta.ts';
import type { Strategy } from '../generic/definition.ts';
import type { PodTemplateSpec } from '../../apimachinery/types/core.gen.ts';
import { holdsGivenEmpty } from '../../apimachinery/schema/emptied.ts';
import { semanticEqual } from './equality.ts';
import { dropDisabledTemplateFields } from './pods/disabled-fields.ts';

interface WithSpec extends ApiObject {
  spec?: unknown;
}
interface WithStatus extends WithSpec {
  status?: unknown;
}

export interface SpecRules<T extends ApiObject> extends Strategy<T> {
  /** 'spec' (the default): a changed spec raises the generation. 'none': there is no generation. Or the part that counts. */
  readonly generation?: 'spec' | 'none' | ((obj: T) => unknown);
  /** True: a list or map that is given empty is a change from one that is not given, as for Go's reflect.DeepEqual. */
  readonly emptyCounts?: boolean;
  /** The template of the pods: its fields behind closed feature gates are dropped. */
  readonly template?: (obj: T) => PodTemplateSpec | null | undefined;
}

const paths = (apiVersions: readonly string[], fields: readonly string[][]): NonNullable<Strategy['resetFields']> =>
  Object.fromEntries(apiVersions.map((v) => [v, fields]));

const STATUS = [['f:status']];
const SPEC = [['f:spec']];

/** The main strategy: status is empty at first and belongs to another subresource; the generation counts changes of the spec. */
export function specStrategy<T extends WithStatus>(apiVersions: readonly string[], rules: SpecRules<T> = {}): Strategy<T> {
  const { generation, ...rest } = generationRules(rules);
  return {
    ...rest,
    resetFields: rest.resetFields ?? paths(apiVersions, STATUS),
    prepareForCreate(obj, ctx) {
      obj.status = {};
      generation.dropDisabled(obj);
      rules.prepareForCreate?.(obj, ctx);
      generation.start(obj);
    },
    prepareForUpdate(obj, old, ctx) {
      obj.status = old.status;
      generation.dropDisabled(obj, old);
      rules.prepareForUpdate?.(obj, old, ctx);
      generation.advance(obj, old);
    },
  };
}

/** The main strategy of a resource without status whose generation counts changes of its spec. */
export function generationStrategy<T extends WithSpec>(rules: SpecRules<T> = {}): Strategy<T> {
  const { generation, ...rest } = generationRules(rules);
  return {
    ...rest,
    prepareForCreate(obj, ctx) {
      generation.dropDisabled(obj);
      rules.prepareForCreate?.(obj, ctx);
      generation.start(obj);
    },
    prepareForUpdate(obj, old, ctx) {
      generation.dropDisabled(obj, old);
      rules.prepareForUpdate?.(obj, old, ctx);
      generation.advance(obj, old);
    },
  };
}

function generationRules<T extends WithSpec>(rules: SpecRules<T>) {
  const { generation: counted = 'spec', template, emptyCounts = false, ...rest } = rules;
  const part = typeof counted === 'function' ? counted : (obj: T): unknown => obj.spec;
  const counts = counted !== 'none';
  return {
    ...rest,
    generation: {
      dropDisabled(obj: T, old?: T): void {
        dropDisabledTemplateFields(template?.(obj), old && template?.(old));
      },
      start(obj: T): void {
        if (counts) obj.metadata.generation = 1;
      },
      advance(obj: T, old: T): void {
        if (counts && (!semanticEqual(part(obj), part(old)) || (emptyCounts && holdsGivenEmpty(obj)))) obj.metadata.generation = Number(old.metadata.generation ?? 0) + 1;
      },
    },
  };
}

/** The status subresource: the spec stays. */
export function statusStrategy<T extends WithStatus>(apiVersions: readonly string[], rules: Strategy<T> = {}): Strategy<T> {
  return {
    metadata: { onUpdate: ['change'] },
    ...rules,
    resetFields: rules.resetFields ?? paths(apiVersions, SPEC),
    prepareForUpdate(obj, old, ctx) {
      obj.spec = old.spec;
      rules.prepareForUpdate?.(obj, old, ctx);
    },
  };
}

/** As statusStrategy, and metadata stays, too (but for managed fields). */
export function metadataKeepingStatusStrategy<T extends WithStatus>(apiVersions: readonly string[], rules: Strategy<T> = {}): Strategy<T> {
  return statusStrategy<T>(apiVersions, {
    ...rules,
    resetFields: rules.resetFields ?? paths(apiVersions, [['f:metadata'], ['f:spec']]),
    prepareForUpdate(obj, old, ctx) {
      keepMetadata(obj, old);
      rules.prepareForUpdate?.(obj, old, ctx);
    },
  });
}

const KEPT = ['deletionTimestamp', 'generation', 'selfLink', 'labels', 'annotations', 'finalizers', 'ownerReferences'] as const;

/** Restores what a status update may not change of metadata. Behaves like upstream metav1.ResetObjectMetaForStatus. */
export function keepMetadata(obj: ApiObject, old: ApiObject): void {
  const from: Readonly<Record<string, unknown>> = { ...old.metadata };
  const to = obj.metadata as unknown as Record<string, unknown>;
  for (const field of KEPT) {
    if (from[field] === undefined) delete to[field];
    else to[field] = from[field];
  }
}
