/** What is wrong with a value, and how much of it is right. Between ./validator.ts and its parts. Behaves like upstream kube-openapi/pkg/validation/validate/result.go and apiextensions-apiserver/pkg/apiserver/validation/validation.go (kubeOpenAPIResultToFieldErrors). */
import { Path, type FieldError } from '../validation/field.ts';

export interface Problem {
  /** Two that say the same are one. */
  readonly text: string;
  /** Where, from the value that the whole check is of (`spec.size`, `.size`); '': that value; undefined: no place of its own. */
  readonly where: string | undefined;
  readonly told: (at: Path) => FieldError;
}

/** One check's outcome. `where` in a check names the value within what the whole check is of. */
export class Found {
  readonly problems: Problem[] = [];
  /** How many demands were met: of alternatives that all fail, the nearest one is told. */
  matches = 0;

  add(problem: Problem): void {
    if (!this.problems.some(({ text }) => text === problem.text)) this.problems.push(problem);
  }

  merge({ problems, matches }: Found): void {
    for (const problem of problems) this.add(problem);
    this.matches += matches;
  }
}

export type Check = (value: unknown, where: string, found: Found) => void;

/** `within`: what the check was of; undefined: a whole object. */
export function fieldErrors(problems: readonly Problem[], within?: Path): FieldError[] {
  return problems.map(({ where = '', told }) => {
    const name = where.replace(/^\./, '');
    if (name !== '') return told(within ? within.child(name) : Path.of(name));
    return within ? told(within) : { ...told(Path.ROOT), field: '<nil>' };
  });
}
