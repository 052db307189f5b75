/** pods/log. Behaves like upstream pkg/registry/core/pod/rest/log.go. */
import { retargeted, type ApiResponse } from '../../../apimachinery/http.ts';
import { newBadRequest, newInternalError, newInvalid, StatusError } from '../../../apimachinery/errors.ts';
import type { Key } from '../../../apimachinery/meta.ts';
import { forbidden, invalid, Path, type ErrorList, type FieldError } from '../../../apimachinery/validation/field.ts';
import type { Authenticated, RequestContext } from '../../generic/context.ts';
import { flag, integer } from './options.ts';
import { checkNode, containerOf, getPod } from './locate.ts';

interface LogOptions {
  readonly container: string | null;
  readonly flags: readonly string[];
  readonly sinceSeconds?: number;
  readonly sinceTime?: string;
  readonly tailLines?: number;
  readonly limitBytes?: number;
  readonly stream?: string;
}

const FLAGS = ['follow', 'previous', 'timestamps'];

function parse(query: URLSearchParams): LogOptions {
  const optional = (name: string): Record<string, number> => {
    const value = integer(query, name);
    return value === undefined ? {} : { [name]: value };
  };
  const sinceTime = query.get('sinceTime');
  if (sinceTime && Number.isNaN(Date.parse(sinceTime))) throw newBadRequest(timeError(sinceTime));
  return {
    container: query.get('container'),
    flags: FLAGS.filter((name) => flag(query, name)),
    ...optional('sinceSeconds'),
    ...optional('tailLines'),
    ...optional('limitBytes'),
    ...(sinceTime && { sinceTime }),
    ...(query.has('stream') && { stream: query.get('stream') ?? '' }),
  };
}

const timeError = (text: string): string =>
  `parsing time ${JSON.stringify(text)} as "2006-01-02T15:04:05Z07:00": cannot parse ${JSON.stringify(text)} as "2006"`;

export function validateLogOptions(o: LogOptions): ErrorList {
  const errors: FieldError[] = [];
  if (o.tailLines !== undefined && o.tailLines < 0)
    errors.push(invalid(Path.of('tailLines'), o.tailLines, 'must be greater than or equal to 0'));
  if (o.limitBytes !== undefined && o.limitBytes < 1) errors.push(invalid(Path.of('limitBytes'), o.limitBytes, 'must be greater than 0'));
  if (o.sinceSeconds !== undefined && o.sinceTime !== undefined)
    errors.push(forbidden(Path.of('[]'), 'at most one of `sinceTime` or `sinceSeconds` may be specified'));
  else if (o.sinceSeconds !== undefined && o.sinceSeconds < 1)
    errors.push(invalid(Path.of('sinceSeconds'), o.sinceSeconds, 'must be greater than 0'));
  if (o.stream !== undefined) errors.push(forbidden(Path.of('stream'), 'may not be specified'));
  return errors;
}

function kubeletQuery(o: LogOptions): string {
  const params = new URLSearchParams();
  for (const name of o.flags) params.set(name, 'true');
  if (o.sinceSeconds !== undefined) params.set('sinceSeconds', String(o.sinceSeconds));
  if (o.sinceTime !== undefined) params.set('sinceTime', o.sinceTime);
  if (o.tailLines !== undefined) params.set('tailLines', String(o.tailLines));
  if (o.limitBytes !== undefined) params.set('limitBytes', String(o.limitBytes));
  params.sort();
  return params.toString();
}

/** The container's log as text. A pod without a node has none (204). */
export async function podLog(key: Key, request: Authenticated, ctx: RequestContext): Promise<ApiResponse> {
  const options = parse(request.info.query);
  const errors = validateLogOptions(options);
  if (errors.length > 0) throw newInvalid('', 'PodLogOptions', key.name, errors);
  const pod = await getPod(key, ctx);
  const container = containerOf(pod, options.container);
  const node = pod.spec.nodeName;
  if (!node) return { status: 204, headers: {}, body: { kind: 'empty' } };
  await checkNode(node, ctx);
  const rawPath = `/containerLogs/${key.namespace}/${key.name}/${container}`;
  const answer = await ctx.egress.call({ node }, retargeted(request, { method: 'GET', rawPath, rawQuery: kubeletQuery(options) }));
  if (answer.status !== 200) throw await refusalOf(answer);
  return { ...answer, headers: { 'Content-Type': 'text/plain' } };
}

const MAX_ERROR = 50_000;

/** The kubelet's text as a Status. Behaves like upstream apiserver/pkg/registry/generic/rest GenericHttpResponseChecker. */
async function refusalOf({ status, body }: ApiResponse): Promise<Error> {
  const chunks: Uint8Array[] = [];
  if (body.kind === 'bytes') chunks.push(body.bytes);
  if (body.kind === 'stream') for await (const chunk of body.chunks) chunks.push(chunk);
  const text = new TextDecoder().decode(Uint8Array.from(chunks.flatMap((c) => [...c])).slice(0, MAX_ERROR));
  return status === 400 ? newBadRequest(text) : status === 404 ? new StatusError(404, 'NotFound', text) : newInternalError(text);
}
