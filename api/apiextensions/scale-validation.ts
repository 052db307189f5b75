/** Whether what the scale of a custom resource reads is what a scale holds. Beside ./custom-strategy.ts. Behaves like upstream apiextensions-apiserver/pkg/registry/customresource/validator.go (ValidateScaleSpec, ValidateScaleStatus). */
import { goText, goType } from '../../apimachinery/patch/strategic-error.ts';
import type { CustomResourceSubresourceScale } from '../../apimachinery/types/apiextensions.gen.ts';
import type { DeepReadonly } from '../../apimachinery/types/type.ts';
import { invalid, Path, type FieldError } from '../../apimachinery/validation/field.ts';

export type Scale = DeepReadonly<CustomResourceSubresourceScale>;
type Members = Readonly<Record<string, unknown>>;

const MAX_INT32 = 2 ** 31 - 1;

export const scaleSpecErrors = ({ specReplicasPath }: Scale, obj: Members): FieldError[] => replicasErrors(specReplicasPath, obj);

export function scaleStatusErrors({ statusReplicasPath, labelSelectorPath }: Scale, obj: Members): FieldError[] {
  return [...replicasErrors(statusReplicasPath, obj), ...(labelSelectorPath === undefined ? [] : selectorErrors(labelSelectorPath, obj))];
}

function replicasErrors(path: string, obj: Members): FieldError[] {
  const { problem, value = 0 } = read(path, obj, 'int64');
  const at = Path.of(path);
  if (problem !== undefined) return [invalid(at, 0, problem)];
  const replicas = Number(value);
  if (replicas < 0) return [invalid(at, value, 'should be a non-negative integer')];
  return replicas > MAX_INT32 ? [invalid(at, value, `should be less than or equal to ${MAX_INT32}`)] : [];
}

function selectorErrors(path: string, obj: Members): FieldError[] {
  const { problem } = read(path, obj, 'string');
  return problem === undefined ? [] : [invalid(Path.of(path), '', problem)];
}

/** `value` undefined: there is none. */
function read(path: string, obj: Members, wanted: 'int64' | 'string'): { readonly problem?: string; readonly value?: unknown } {
  const names = path.replace(/^\./, '').split('.');
  let value: unknown = obj;
  for (const [i, name] of names.entries()) {
    if (value === null) return {};
    if (goType(value) !== 'map[string]interface {}') return { problem: problem(names.slice(0, i + 1), value, 'map[string]interface{}') };
    value = (value as Members)[name];
    if (value === undefined) return {};
  }
  return goType(value) === wanted ? { value } : { problem: problem(names, value, wanted) };
}

const problem = (names: readonly string[], value: unknown, wanted: string): string => `.${names.join('.')} accessor error: ${goText(value)} is of the type ${goType(value) ?? '<nil>'}, expected ${wanted}`;
