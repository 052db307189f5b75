/** Options as query parameters, and the body of a delete. Behaves like upstream apimachinery/pkg/apis/meta/v1 options. */
import type { ApplyOptions, DeleteOptions, ListOptions, WatchOptions, WriteOptions } from './interface.ts';

function queryOf(parameters: Readonly<Record<string, string | number | boolean | undefined>>): URLSearchParams | undefined {
  const query = new URLSearchParams();
  for (const [name, value] of Object.entries(parameters)) if (value !== undefined && value !== '') query.set(name, String(value));
  return query.size === 0 ? undefined : query;
}

export function listQuery(options: ListOptions): URLSearchParams | undefined {
  const { labelSelector, fieldSelector, resourceVersion, resourceVersionMatch, limit, continue: next } = options;
  return queryOf({ labelSelector, fieldSelector, resourceVersion, resourceVersionMatch, limit, continue: next });
}

export function watchQuery(options: WatchOptions): URLSearchParams {
  const query = listQuery(options) ?? new URLSearchParams();
  query.set('watch', 'true');
  for (const name of ['allowWatchBookmarks', 'sendInitialEvents', 'timeoutSeconds'] as const) {
    const value = options[name];
    if (value !== undefined) query.set(name, String(value));
  }
  return query;
}

export function writeQuery(options: WriteOptions & Partial<ApplyOptions> = {}): URLSearchParams | undefined {
  return queryOf({ fieldManager: options.fieldManager, fieldValidation: options.fieldValidation, force: options.force, dryRun: options.dryRun === true ? 'All' : undefined });
}

/** metav1.DeleteOptions; undefined when nothing was asked. */
export function deleteBody(options: DeleteOptions = {}): object | undefined {
  const { gracePeriodSeconds, propagationPolicy, preconditions } = options;
  const body = {
    ...(gracePeriodSeconds !== undefined && { gracePeriodSeconds }),
    ...(propagationPolicy !== undefined && { propagationPolicy }),
    ...(preconditions !== undefined && { preconditions }),
    ...(options.dryRun === true && { dryRun: ['All'] }),
  };
  return Object.keys(body).length === 0 ? undefined : { kind: 'DeleteOptions', apiVersion: 'v1', ...body };
}
