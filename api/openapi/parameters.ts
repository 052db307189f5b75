/** Parameters of operations, by name: upstream's query options. */
import type { Json } from './schemas.ts';

const BOOLEANS = new Set(['allowWatchBookmarks', 'sendInitialEvents', 'watch', 'orphanDependents', 'ignoreStoreReadErrorWithClusterBreakingPotential', 'force', 'follow', 'insecureSkipTLSVerifyBackend', 'previous', 'timestamps', 'stderr', 'stdin', 'stdout', 'tty']);
const INTEGERS = new Set(['limit', 'timeoutSeconds', 'gracePeriodSeconds', 'limitBytes', 'sinceSeconds', 'tailLines', 'ports']);

export const LIST = ['allowWatchBookmarks', 'continue', 'fieldSelector', 'labelSelector', 'limit', 'resourceVersion', 'resourceVersionMatch', 'sendInitialEvents', 'timeoutSeconds', 'watch'];
export const WRITE = ['dryRun', 'fieldManager', 'fieldValidation'];
export const PATCH = [...WRITE, 'force'];
export const DELETE = ['dryRun', 'gracePeriodSeconds', 'ignoreStoreReadErrorWithClusterBreakingPotential', 'orphanDependents', 'propagationPolicy'];
export const DELETE_COLLECTION = [...new Set([...DELETE, ...LIST.filter((n) => n !== 'allowWatchBookmarks' && n !== 'watch')])].sort();

const typeOf = (name: string): string => (BOOLEANS.has(name) ? 'boolean' : INTEGERS.has(name) ? 'integer' : 'string');

export function query(name: string): Json {
  return { name, in: 'query', schema: { type: typeOf(name), uniqueItems: true } };
}

export function inPath(name: string): Json {
  return { name, in: 'path', required: true, schema: { type: 'string', uniqueItems: true } };
}

export const queries = (names: readonly string[]): Json[] => [...names].sort().map(query);
