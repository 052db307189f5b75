/** How custom resources are written: status and generation, then the schema's judgement. Behaves like upstream apiextensions-apiserver/pkg/registry/customresource/strategy.go and status_strategy.go. */
import { jsonEqual } from '../../apimachinery/equality.ts';
import type { Obj } from '../../apimachinery/meta.ts';
import type { Struct } from '../../apimachinery/schema/model.ts';
import type { ErrorList } from '../../apimachinery/validation/field.ts';
import { deepCopy } from '../../registry/generic/deep-copy.ts';
import type { Strategy } from '../../registry/generic/definition.ts';
import { validateBySchema } from './schema-validation.ts';

export interface CustomVersion {
  readonly apiVersion: string;
  readonly hasStatus: boolean;
  readonly schema: Struct;
}

type Of = (obj: Obj) => CustomVersion | undefined;

/** The object without metadata, and without status where that is a subresource. */
function countedPart(obj: Obj, hasStatus: boolean): Record<string, unknown> {
  const { metadata: _m, status, ...rest } = obj;
  return hasStatus || status === undefined ? rest : { ...rest, status };
}

function judge(of: Of, obj: Obj): ErrorList {
  const version = of(obj);
  return version ? validateBySchema(version.schema, obj) : [];
}

const setStatus = (obj: Obj, status: unknown): void => {
  if (status === undefined) delete obj['status'];
  else obj['status'] = status;
};

export function customStrategy(versions: readonly CustomVersion[]): Strategy {
  const byVersion = new Map(versions.map((v) => [v.apiVersion, v]));
  const of: Of = (obj) => byVersion.get(obj.apiVersion);
  return {
    allowUnconditionalUpdate: false,
    resetFields: Object.fromEntries(versions.filter((v) => v.hasStatus).map((v) => [v.apiVersion, [['f:status']]])),
    prepareForCreate(obj) {
      if (of(obj)?.hasStatus) delete obj['status'];
      obj.metadata.generation = 1;
    },
    prepareForUpdate(obj, old) {
      const hasStatus = of(obj)?.hasStatus ?? false;
      if (hasStatus) setStatus(obj, old['status'] === undefined ? undefined : deepCopy(old['status']));
      if (!jsonEqual(countedPart(obj, hasStatus), countedPart(old, hasStatus))) obj.metadata.generation = (old.metadata.generation ?? 0) + 1;
    },
    validate: (obj) => judge(of, obj),
    validateUpdate: (obj) => judge(of, obj),
  };
}

export function customStatusStrategy(versions: readonly CustomVersion[]): Strategy {
  const byVersion = new Map(versions.map((v) => [v.apiVersion, v]));
  const resets = (schema: Struct): string[][] => [...schema.fields.keys()].filter((name) => name !== 'status' && name !== 'apiVersion' && name !== 'kind').map((name) => [`f:${name}`]);
  return {
    allowUnconditionalUpdate: false,
    resetFields: Object.fromEntries(versions.map((v) => [v.apiVersion, resets(v.schema)])),
    prepareForUpdate(obj, old) {
      const { status, metadata } = obj;
      for (const name of Object.keys(obj)) delete obj[name];
      Object.assign(obj, deepCopy(old));
      const { managedFields, resourceVersion } = metadata;
      Object.assign(obj.metadata, { ...(managedFields && { managedFields }), ...(resourceVersion !== undefined && { resourceVersion }) });
      setStatus(obj, status);
    },
    validateUpdate: (obj) => judge((o) => byVersion.get(o.apiVersion), obj),
  };
}
