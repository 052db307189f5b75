/** Warnings about finalizers that a custom resource is given. Behaves like upstream apiextensions-apiserver/pkg/registry/customresource/strategy.go (generateWarningsFromObj) and validator.go. */
import { goQuote } from '../../apimachinery/go-text.ts';
import type { Obj } from '../../apimachinery/meta.ts';
import { isQualifiedName } from '../../apimachinery/validation/label.ts';

const STANDARD: ReadonlySet<string> = new Set(['orphan', 'foregroundDeletion', 'kubernetes']);
const NONE: readonly string[] = [];

/** `old`: its finalizers are known already. */
export function finalizerWarnings(obj: Obj, old?: Obj): readonly string[] {
  const given = obj.metadata.finalizers;
  if (!given || given.length === 0) return NONE;
  const known = new Set(old?.metadata.finalizers);
  return [...new Set(given)].filter((name) => !known.has(name)).sort().flatMap(warnings);
}

function warnings(name: string): string[] {
  const say = (text: string): string => `metadata.finalizers: ${goQuote(name)}: ${text}`;
  const isPlain = !name.includes('/') && !STANDARD.has(name);
  const including = name.includes('.') ? ' including a path (/)' : '';
  return [...isQualifiedName(name).map(say), ...(isPlain ? [say(`prefer a domain-qualified finalizer name${including} to avoid accidental conflicts with other finalizer writers`)] : [])];
}
