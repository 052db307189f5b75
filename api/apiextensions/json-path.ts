/** The JSON paths of CRDs (columns, scale, selectable fields): `.spec.replicas`, `.status.conditions[?(@.type=="Ready")].status`. Behaves like upstream client-go/util/jsonpath, as far as CRDs use it. */

type Step = (values: readonly unknown[]) => unknown[];

const STEP = /^(?:\.([A-Za-z0-9_$-]+|\*)|\['((?:[^'\\]|\\.)*)'\]|\[(-?\d+|\*)\]|\[\?\(@((?:\.[A-Za-z0-9_-]+)+)\s*==\s*(?:"([^"]*)"|'([^']*)'|([^)\s]+))\s*\)\])/;

/** Finds all values, in order. A path that cannot be read throws. */
export function jsonPath(path: string): (value: unknown) => unknown[] {
  const steps: Step[] = [];
  for (let rest = path.startsWith('{') ? path.slice(1, -1) : path; rest !== ''; ) {
    const found = STEP.exec(rest.startsWith('.') || rest.startsWith('[') ? rest : `.${rest}`);
    if (!found) throw new Error(`JSON path ${path} is not understood at ${rest}`);
    steps.push(stepOf(found));
    rest = (rest.startsWith('.') || rest.startsWith('[') ? rest : `.${rest}`).slice(found[0].length);
  }
  return (value) => steps.reduce<unknown[]>((values, step) => step(values), [value]);
}

function stepOf([, name, quoted, index, where, ...texts]: RegExpExecArray): Step {
  if (where !== undefined) return filter(where, texts.find((t) => t !== undefined) ?? '');
  if (name === '*' || index === '*') return (values) => values.flatMap((v) => (typeof v === 'object' && v !== null ? Object.values(v) : []));
  if (index !== undefined) return (values) => values.flatMap((v) => (Array.isArray(v) ? present((v as unknown[]).at(Number(index))) : []));
  const key = name ?? (quoted ?? '').replace(/\\(.)/g, '$1');
  return (values) => values.flatMap((v) => (typeof v === 'object' && v !== null ? present((v as Record<string, unknown>)[key]) : []));
}

function filter(where: string, wanted: string): Step {
  const inner = jsonPath(where);
  return (values) => values.flatMap((v) => (Array.isArray(v) ? (v as unknown[]).filter((item) => inner(item).some((found) => String(found) === wanted)) : []));
}

const present = (value: unknown): unknown[] => (value === undefined ? [] : [value]);

/** What a template prints: texts as they are, the rest as JSON, a blank between. */
export function jsonPathText(values: readonly unknown[]): string {
  return values.map((v) => (typeof v === 'string' ? v : JSON.stringify(v))).join(' ');
}
