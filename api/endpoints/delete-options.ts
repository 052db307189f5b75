/** DeleteOptions from the body or the query. Behaves like upstream apiserver/pkg/endpoints/handlers/delete.go. */
import { newInvalid } from '../../apimachinery/errors.ts';
import type { Obj } from '../../apimachinery/meta.ts';
import { DeleteOptions as DeleteOptionsType, type DeleteOptions } from '../../apimachinery/types/meta.gen.ts';
import { validateDeleteOptions } from '../../apimachinery/validation/write-options.ts';
import type { Authenticated } from '../../registry/generic/context.ts';
import type { DeleteRequest, Preconditions } from '../../registry/generic/store-interface.ts';
import { decodeOptions, readBody } from './body.ts';
import { bool, int64 } from './query.ts';

type Options = Partial<DeleteOptions>;

export interface DeleteOptionsOf {
  readonly request: DeleteRequest;
  readonly options: Obj;
}

/** A body wins over the query. Throws BadRequest, Invalid. */
export async function deleteOptions(request: Authenticated): Promise<DeleteOptionsOf> {
  const options = await read(request);
  const errors = validateDeleteOptions(options as Parameters<typeof validateDeleteOptions>[0]);
  if (errors.length > 0) throw newInvalid('meta.k8s.io', 'DeleteOptions', '', errors);
  return { request: requestOf(options), options: { ...options, kind: 'DeleteOptions', apiVersion: 'meta.k8s.io/v1' } as unknown as Obj };
}

async function read(request: Authenticated): Promise<Options> {
  if (request.body.object !== undefined) return request.body.object as Options;
  const bytes = await readBody(request);
  if (bytes.length > 0) return decodeOptions(request, bytes, DeleteOptionsType);
  return request.rawQuery === '' ? {} : fromQuery(request.info.query);
}

function fromQuery(query: URLSearchParams): Options {
  const grace = int64(query, 'gracePeriodSeconds');
  const orphan = bool(query, 'orphanDependents');
  const policy = query.get('propagationPolicy');
  const dryRun = query.getAll('dryRun');
  return {
    ...(grace !== undefined && { gracePeriodSeconds: grace }),
    ...(orphan !== undefined && { orphanDependents: orphan }),
    ...(policy !== null && { propagationPolicy: policy }),
    ...(dryRun.length > 0 && { dryRun }),
  };
}

function requestOf(options: Options): DeleteRequest {
  const { gracePeriodSeconds, propagationPolicy, orphanDependents } = options;
  const preconditions = preconditionsOf(options.preconditions);
  return {
    dryRun: (options.dryRun ?? []).length > 0,
    ...(gracePeriodSeconds !== undefined && { gracePeriodSeconds: Number(gracePeriodSeconds) }),
    ...(propagationPolicy !== undefined && { propagationPolicy: propagationPolicy as 'Orphan' | 'Background' | 'Foreground' }),
    ...(orphanDependents !== undefined && { orphanDependents }),
    ...(preconditions && { preconditions }),
  };
}

function preconditionsOf(given: { readonly uid?: string | null; readonly resourceVersion?: string | null } | undefined | null): Preconditions | undefined {
  if (!given) return undefined;
  return { ...(typeof given.uid === 'string' && { uid: given.uid }), ...(typeof given.resourceVersion === 'string' && { resourceVersion: given.resourceVersion }) };
}

