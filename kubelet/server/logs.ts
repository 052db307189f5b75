/** GET /containerLogs/{namespace}/{pod}/{container}. Behaves like upstream pkg/kubelet/server getContainerLogs. */
import type { ApiResponse, Received } from '../../apimachinery/http.ts';
import { findContainer } from '../container/pod.ts';
import { logContainerId } from '../logs/log-container.ts';
import { LogFormatter, parseLogOptions, tailOf, type PodLogOptions } from '../logs/log-options.ts';
import type { LogLine } from '../runtime/interface.ts';
import type { ServerHost } from './host.ts';
import { HttpError } from './responses.ts';

export async function containerLogs(request: Received, [namespace = '', name = '', container = '']: readonly string[], host: ServerHost): Promise<ApiResponse> {
  const pod = host.findPod(namespace, name);
  if (!pod) throw new HttpError(404, `pod ${JSON.stringify(name)} does not exist`);
  if (!findContainer(pod, container)) throw new HttpError(404, `container ${JSON.stringify(container)} not found in pod ${JSON.stringify(name)}`);
  const options = parseLogOptions(new URLSearchParams(request.rawQuery), host.clock.now());
  if (!options) throw new HttpError(422, '{"message": "Invalid request."}');
  let id: string;
  try {
    id = logContainerId(name, host.statusOf(pod), container, options.previous);
  } catch (error) {
    throw new HttpError(400, error instanceof Error ? error.message : String(error), error);
  }
  await exists(id, host);
  const { tailLines, follow, since, stream } = options;
  const canTail = since === undefined && stream === 'All';
  const lines = host.runtime.streaming.logs(id, { follow, signal: request.signal, ...(canTail && tailLines !== undefined && { tailLines }) });
  return { status: 200, headers: { 'Content-Type': 'text/plain' }, body: { kind: 'stream', chunks: bytesOf(lines, options) } };
}

/** The tail is cut from the first batch, which is what there was; later ones are followed. */
async function* bytesOf(batches: AsyncIterable<readonly LogLine[]>, options: PodLogOptions): AsyncGenerator<Uint8Array> {
  const formatter = new LogFormatter(options);
  let isFirst = true;
  for await (const lines of batches) {
    const wanted = isFirst ? tailOf(lines.filter((l) => options.since === undefined || l.time >= options.since), options.tailLines) : lines;
    isFirst = false;
    const bytes = formatter.format(wanted);
    if (bytes.length > 0) yield bytes;
    if (formatter.isFull) return;
  }
}

/** A log that is gone is an error and not an empty answer. */
async function exists(id: string, host: ServerHost): Promise<void> {
  try {
    await host.runtime.runtime.containerStatus(id);
  } catch (error) {
    throw new HttpError(400, `unable to retrieve container logs for ${host.runtime.name}://${id}`, error);
  }
}
