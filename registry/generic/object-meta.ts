/** The parts of metadata that the server owns. Behaves like upstream apiserver/pkg/registry/rest/meta.go. */
import { StatusError, newBadRequest } from '../../apimachinery/errors.ts';
import type { Obj } from '../../apimachinery/meta.ts';
import type { ObjectMeta } from '../../apimachinery/types/meta.gen.ts';
import { rfc3339, type Clock } from '../../component-base/clock.ts';
import type { Rand } from '../../component-base/rand.ts';

type Meta = Partial<ObjectMeta>;

const CHOSEN_BY_SERVER = ['creationTimestamp', 'uid', 'deletionTimestamp', 'deletionGracePeriodSeconds', 'selfLink'] as const;

/** A creator may not choose these. */
export function wipeSystemFields(obj: Obj): void {
  const meta = obj.metadata as Meta;
  for (const name of CHOSEN_BY_SERVER) if (meta[name] !== undefined) delete meta[name];
}

export function fillSystemFields(obj: Obj, clock: Clock, rand: Rand): void {
  obj.metadata.creationTimestamp = rfc3339(clock.now());
  obj.metadata.uid = rand.uuid();
}

/** Fills in the request's namespace; throws BadRequest when the object names another. '' clears it (cluster-scoped). */
export function ensureNamespace(obj: Obj, requested: string): void {
  const meta = obj.metadata as Meta;
  const own = meta.namespace ?? '';
  if (own === requested) return;
  if (requested === '') delete meta.namespace;
  else if (own === '') meta.namespace = requested;
  else throw newBadRequest('the namespace of the provided object does not match the namespace sent on the request');
}

/** The object's resourceVersion as a number; 0 when unset. Throws when it is no number. */
export function resourceVersionOf(obj: { readonly metadata: { readonly resourceVersion?: string } }): number {
  const text = obj.metadata.resourceVersion ?? '';
  if (text === '') return 0;
  const revision = parseRevision(text);
  if (revision === undefined) throw new StatusError(500, '', invalidUint(text));
  return revision;
}

/** A revision as text; undefined when it is none. */
export function parseRevision(text: string): number | undefined {
  return /^\d{1,19}$/.test(text) ? Number(text) : undefined;
}

/** As Go's strconv.ParseUint complains. */
export function invalidUint(text: string): string {
  return `strconv.ParseUint: parsing ${JSON.stringify(text)}: ${/^\d+$/.test(text) ? 'value out of range' : 'invalid syntax'}`;
}
