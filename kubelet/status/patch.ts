/** The strategic merge patch that turns one status into another. Behaves like upstream pkg/util/pod PatchPodStatus. */
import { isEqual } from '../container/equality.ts';
import type { PodStatus } from '../container/pod.ts';

type Entry = Record<string, unknown>;
/** Lists that the server merges by a key; all others are replaced as a whole. */
const MERGED: Readonly<Record<string, string>> = { conditions: 'type', podIPs: 'ip', resourceClaimStatuses: 'name' };

/** Undefined when nothing differs. The uid makes it fail on another pod of the same name. */
export function statusPatch(uid: string, before: PodStatus, after: PodStatus): { metadata: { uid: string }; status: Entry } | undefined {
  const status: Entry = {};
  const [old, now] = [before as Entry, after as Entry];
  for (const key of new Set([...Object.keys(old), ...Object.keys(now)])) {
    if (isEqual(old[key], now[key])) continue;
    const mergeKey = MERGED[key];
    if (mergeKey === undefined) status[key] = now[key] ?? null;
    else Object.assign(status, listPatch(key, mergeKey, (old[key] ?? []) as Entry[], (now[key] ?? []) as Entry[]));
  }
  return Object.keys(status).length === 0 ? undefined : { metadata: { uid }, status };
}

function listPatch(field: string, mergeKey: string, old: readonly Entry[], now: readonly Entry[]): Entry {
  const changed = now.flatMap((entry) => {
    const before = old.find((o) => o[mergeKey] === entry[mergeKey]);
    if (isEqual(before, entry)) return [];
    const gone = Object.keys(before ?? {}).filter((k) => entry[k] === undefined);
    return [{ ...entry, ...Object.fromEntries(gone.map((k) => [k, null])) }];
  });
  const removed = old.filter((o) => !now.some((n) => n[mergeKey] === o[mergeKey])).map((o) => ({ [mergeKey]: o[mergeKey], $patch: 'delete' }));
  const order = now.length === 0 ? {} : { [`$setElementOrder/${field}`]: now.map((n) => ({ [mergeKey]: n[mergeKey] })) };
  const entries = [...changed, ...removed];
  return { ...order, ...(entries.length > 0 && { [field]: entries }) };
}
