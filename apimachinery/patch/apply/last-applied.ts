/** The annotation of client-side apply beside server-side apply's ownership. Behaves like upstream apimachinery/pkg/util/managedfields/internal/lastapplied*.go. */
import { goJson } from '../../go-text.ts';
import type { JsonObject, Obj } from '../../meta.ts';
import { sortedCopy } from '../../schema/copy.ts';
import { byteLength } from '../../validation/messages.ts';
import type { Atom } from './atom.ts';
import { compareTyped } from './compare.ts';
import { FieldSet } from './field-set.ts';
import { toFieldSet } from './to-field-set.ts';
import { validateTyped } from './validate.ts';

export const LAST_APPLIED = 'kubectl.kubernetes.io/last-applied-configuration';
/** Only this manager's applies look at the annotation. */
export const CLIENT_SIDE_MANAGER = 'kubectl';
const MAX_ANNOTATIONS = 256 * 1024;

/** The fields that client-side apply set and nobody changed since: kubectl may take these without force. Undefined when the annotation cannot be used. */
export function fieldsOfLastApplied(atom: Atom, live: Obj, apiVersion: string): FieldSet | undefined {
  const text = live.metadata.annotations?.[LAST_APPLIED];
  const last = text ? parseObject(text) : undefined;
  if (!last || last['apiVersion'] !== apiVersion) return undefined;
  if (validateTyped(atom, live, false).length > 0 || validateTyped(atom, last, false).length > 0) return undefined;
  const { modified, added, removed } = compareTyped(atom, last, live);
  return toFieldSet(atom, last).difference(modified).difference(added).difference(removed);
}

function parseObject(text: string): JsonObject | undefined {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch (error) {
    if (error instanceof SyntaxError) return undefined;
    throw error;
  }
  return typeof value === 'object' && value !== null && !Array.isArray(value) ? (value as JsonObject) : undefined;
}

/** Keeps the annotation of `obj`, where there is one, equal to what was applied. Changes `obj`. */
export function refreshLastApplied(obj: Obj, applied: Obj): void {
  const annotations = obj.metadata.annotations;
  if (!annotations?.[LAST_APPLIED]) return;
  annotations[LAST_APPLIED] = textOf(applied);
  const size = Object.entries(annotations).reduce((sum, [key, value]) => sum + byteLength(key) + byteLength(value), 0);
  if (size > MAX_ANNOTATIONS) delete annotations[LAST_APPLIED];
}

function textOf(applied: Obj): string {
  const { annotations } = applied.metadata;
  if (!annotations) return `${goJson(sortedCopy(applied))}\n`;
  const { [LAST_APPLIED]: _, ...others } = annotations;
  return `${goJson(sortedCopy({ ...applied, metadata: { ...applied.metadata, annotations: others } }))}\n`;
}
