/** Equal owner references count once. Behaves like upstream apiserver/pkg/endpoints/handlers/rest.go (dedupOwnerReferences). */
import type { Obj } from '../../apimachinery/meta.ts';
import type { OwnerReference } from '../../apimachinery/types/meta.gen.ts';
import type { Warnings } from './context.ts';
import { jsonEqual } from '../../apimachinery/equality.ts';

/** Removes repetitions in place and warns of them. */
export function dedupOwnerReferences(obj: Obj, warnings: Warnings, afterAdmission: boolean): void {
  const refs = obj.metadata?.ownerReferences;
  if (!Array.isArray(refs) || refs.length < 2) return;
  const kept: OwnerReference[] = [];
  const duplicates: string[] = [];
  for (const ref of refs) {
    if (kept.some((k) => jsonEqual(k, ref))) duplicates.push(ref.uid);
    else kept.push(ref);
  }
  if (duplicates.length === 0) return;
  const when = afterAdmission ? ' after mutating admission happens' : '';
  warnings.add(
    `.metadata.ownerReferences contains duplicate entries${when}; API server dedups owner references in 1.20+, and may reject such requests as early as 1.24; please fix your requests; duplicate UID(s) observed: ${duplicates.join(', ')}`,
  );
  obj.metadata.ownerReferences = kept;
}
