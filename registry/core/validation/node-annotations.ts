/** Annotations that once were fields of nodes. Behaves like upstream pkg/apis/core/validation/validation.go (ValidateNodeSpecificAnnotations). */
import type { Taint } from '../../../apimachinery/types/core.gen.ts';
import { invalid, Path, required, type FieldError } from '../../../apimachinery/validation/field.ts';
import { goJson } from './json-text.ts';

const ANNOTATIONS = Path.of('metadata', 'annotations');
const TAINTS = 'scheduler.alpha.kubernetes.io/taints';
const AVOID = 'scheduler.alpha.kubernetes.io/preferAvoidPods';

interface Avoided {
  readonly podSignature?: { readonly podController?: { readonly controller?: boolean } };
}

function entry({ podSignature }: Avoided, path: Path): FieldError[] {
  const controller = podSignature?.podController;
  if (!controller) return [required(path)];
  return controller.controller ? [] : [invalid(path.child('PodController', 'Controller'), false, 'must point to a controller')];
}

function avoided(text: string | undefined): FieldError[] {
  if (!text) return [];
  const { json, problem } = goJson<{ readonly preferAvoidPods?: readonly Avoided[] }>(text, 'object', 'v1.AvoidPods');
  if (problem !== undefined) return [invalid(ANNOTATIONS.child('AvoidPods'), AVOID, problem)];
  return (json?.preferAvoidPods ?? []).flatMap((e, i) => entry(e, ANNOTATIONS.child(AVOID).index(i).child('PodSignature')));
}

type CheckTaints = (list: readonly Taint[], path: Path) => FieldError[];

function taints(text: string | undefined, check: CheckTaints): FieldError[] {
  if (!text) return [];
  const { json, problem } = goJson<Taint[]>(text, 'array', '[]core.Taint');
  return problem === undefined ? check(json ?? [], ANNOTATIONS.child(TAINTS)) : [invalid(ANNOTATIONS, TAINTS, problem)];
}

export function nodeAnnotations(annotations: Readonly<Record<string, string>> | undefined, checkTaints: CheckTaints): FieldError[] {
  return [...taints(annotations?.[TAINTS], checkTaints), ...avoided(annotations?.[AVOID])];
}
