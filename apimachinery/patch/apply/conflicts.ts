/** Conflicts between an applier and other managers. Behaves like upstream apimachinery/pkg/util/managedfields/internal/conflict.go. */
import { newApplyConflict, type StatusError } from '../../errors.ts';
import { goQuote } from '../../go-text.ts';
import type { StatusCause } from '../../types/meta.gen.ts';
import { managerOf } from './managed.ts';
import { pathText, type Path } from './path-element.ts';

export interface Conflict {
  /** The text of the manager's identity. */
  readonly manager: string;
  readonly path: Path;
}

/** Thrown inside the engine; becomes a StatusError at its rim. */
export class Conflicts extends Error {
  override readonly name = 'Conflicts';
  readonly list: readonly Conflict[];

  constructor(list: readonly Conflict[]) {
    super(`${list.length} conflicts`);
    this.list = list;
  }
}

export function conflictError({ list }: Conflicts): StatusError {
  const causes = list.map(({ manager, path }) => ({
    reason: 'FieldManagerConflict',
    message: `conflict with ${managerText(manager)}`,
    field: pathText(path),
  }));
  return newApplyConflict(causes as StatusCause[], messageOf(list));
}

function messageOf(list: readonly Conflict[]): string {
  const [first] = list;
  if (list.length === 1 && first)
    return `Apply failed with 1 conflict: conflict with ${managerText(first.manager)}: ${pathText(first.path)}`;
  const byManager = new Map<string, Path[]>();
  for (const { manager, path } of list) byManager.set(manager, [...(byManager.get(manager) ?? []), path]);
  const lines = [...byManager.keys()]
    .sort()
    .flatMap((manager) => [
      `conflicts with ${managerText(manager)}:`,
      ...(byManager.get(manager) ?? []).map((path) => `- ${pathText(path)}`),
    ]);
  return `Apply failed with ${list.length} conflicts: ${lines.join('\n')}`;
}

function managerText(key: string): string {
  const { manager, operation, apiVersion, subresource } = managerOf(key);
  const name = subresource === '' ? goQuote(manager) : `${goQuote(manager)} with subresource ${goQuote(subresource)}`;
  return operation === 'Update' ? `${name} using ${apiVersion}` : name;
}
