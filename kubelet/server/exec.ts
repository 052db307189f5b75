/** /exec and /attach. Behaves like upstream pkg/kubelet/server getExec, getAttach. */
import type { ApiResponse, Received } from '../../apimachinery/http.ts';
import { findContainer, type Pod } from '../container/pod.ts';
import type { ServerHost } from './host.ts';
import { commandOptions, upgradeCommand, type CommandStreams } from './remote-command.ts';
import { HttpError } from './responses.ts';

/** The running container's id in the runtime. `parts`: namespace, pod, (uid,) container. */
function runningContainer(parts: readonly string[], host: ServerHost): { pod: Pod; id: string } {
  const [namespace = '', name = ''] = parts;
  const container = parts.at(-1) ?? '';
  const pod = host.findPod(namespace, name);
  if (!pod || (parts.length === 4 && parts[2] !== pod.metadata.uid)) throw new HttpError(404, `pod does not exist`);
  const status = host.statusOf(pod);
  const found = [...(status.containerStatuses ?? []), ...(status.initContainerStatuses ?? []), ...(status.ephemeralContainerStatuses ?? [])].find((s) => s.name === container);
  if (!findContainer(pod, container) || !found?.containerID || !found.state.running) throw new HttpError(404, `container not found ("${container}")`);
  return { pod, id: found.containerID.replace(/^.*:\/\//, '') };
}

const success = { metadata: {}, status: 'Success' };
const failure = (exitCode: number): unknown => ({
  metadata: {},
  status: 'Failure',
  message: `command terminated with non-zero exit code: exit status ${exitCode}`,
  reason: 'NonZeroExitCode',
  details: { causes: [{ reason: 'ExitCode', message: String(exitCode) }] },
});
const internal = (error: unknown): unknown => {
  const message = error instanceof Error ? error.message : String(error);
  return { metadata: {}, status: 'Failure', message: `Internal error occurred: ${message}`, reason: 'InternalError', details: { causes: [{ message }] }, code: 500 };
};

async function finishing(streams: CommandStreams, host: ServerHost, run: () => Promise<unknown>): Promise<void> {
  let status: unknown;
  try {
    status = await run();
  } catch (error) {
    status = internal(error);
  }
  if (streams.signal.aborted) return;
  try {
    await streams.finish(status);
  } catch (error) {
    host.log.debug('a command ended after its client had gone', { why: error instanceof Error ? error.message : String(error) });
  }
}

export async function exec(request: Received, parts: readonly string[], host: ServerHost): Promise<ApiResponse> {
  const query = new URLSearchParams(request.rawQuery);
  const options = commandOptions(query);
  const command = query.getAll('command');
  if (command.length === 0) throw new HttpError(400, 'you must specify a command');
  const { id } = runningContainer(parts, host);
  return upgradeCommand(request, options, (streams) =>
    finishing(streams, host, async () => {
      const exitCode = await host.runtime.streaming.exec(id, command, options.tty, streams);
      return exitCode === 0 ? success : failure(exitCode);
    }),
  );
}

export async function attach(request: Received, parts: readonly string[], host: ServerHost): Promise<ApiResponse> {
  const options = commandOptions(new URLSearchParams(request.rawQuery));
  const { id } = runningContainer(parts, host);
  return upgradeCommand(request, options, (streams) =>
    finishing(streams, host, async () => {
      await host.runtime.streaming.attach(id, options.tty, streams);
      return success;
    }),
  );
}

/** POST /run: one command, its output as the answer. */
export async function run(request: Received, parts: readonly string[], host: ServerHost): Promise<ApiResponse> {
  const { id } = runningContainer(parts, host);
  const command = (new URLSearchParams(request.rawQuery).get('cmd') ?? '').split(' ').filter((w) => w !== '');
  const { stdout, stderr } = await host.runtime.streaming.execSync(id, command, 0);
  return { status: 200, headers: { 'Content-Type': 'text/plain' }, body: { kind: 'bytes', bytes: Uint8Array.of(...stdout, ...stderr) } };
}
