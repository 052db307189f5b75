/** DELETE of a collection. Not atomic, as upstream's. Behaves like upstream apiserver/pkg/registry/generic/registry/store.go (DeleteCollection). */
import { isNotFound } from '../../apimachinery/errors.ts';
import type { ApiResponse } from '../../apimachinery/http.ts';
import type { CachedRecord } from '../../storage/cacher/interface.ts';
import { admissionFor } from './admission.ts';
import { negotiated } from './answer.ts';
import { deleteOptions, type DeleteOptionsOf } from './delete-options.ts';
import { pageAnswer, pageOf, type PageOf } from './list.ts';
import { listOptions, type ListOptions } from './list-options.ts';
import { contextOf, storeOf, withDryRun, type Scope } from './scope.ts';

const PAGE = 10_000;

/** The answer lists what was there. */
export async function deleteCollection(scoped: Scope): Promise<ApiResponse> {
  const answer = negotiated(scoped);
  const options = listOptions(scoped.request.info.query, false);
  const deletion = await deleteOptions(scoped.request);
  const scope = withDryRun(scoped, deletion.request.dryRun);
  const items: CachedRecord[] = [];
  let page: PageOf;
  let next: ListOptions = options.limit > 0 ? options : { ...options, limit: PAGE };
  do {
    scope.request.signal.throwIfAborted();
    page = await pageOf(scope, next);
    items.push(...page.items);
    for (const record of page.items) await deleteItem(scope, record, deletion);
    next = { ...next, continue: page.meta.continue ?? '', resourceVersion: '', resourceVersionMatch: '' };
  } while (options.limit <= 0 && next.continue !== '');
  return pageAnswer(scope, answer, { items, meta: options.limit > 0 ? page.meta : { resourceVersion: page.meta.resourceVersion } });
}

async function deleteItem(scope: Scope, record: CachedRecord, { request, options }: DeleteOptionsOf): Promise<void> {
  const { namespace, name } = record.tested;
  const ctx = namespace === scope.ctx.info.namespace ? scope.ctx : contextOf(scope.deps, scope.request, scope.version, scope.ctx.dryRun, { ...scope.ctx.info, namespace });
  const admission = admissionFor(scope, { operation: 'DELETE', name: '', options });
  try {
    await storeOf(scope).delete({ namespace, name }, admission, request, ctx);
  } catch (error) {
    if (!isNotFound(error)) throw error;
  }
}
