import { describe, expect, it } from '@jest/globals';
import { FakeClock } from '../../../component-base/clock.ts';
import { seededRand } from '../../../component-base/rand.ts';
import { MemoryFiles } from '../../volumes/memory-files.ts';
import { runRuntimeContract } from '../testing/contract.ts';
import { linesOf, newContainer, newSandbox, start, stateOf, type Fixture } from '../testing/fixture.ts';
import { newSimulatedRuntime } from './simulated-runtime.ts';

function newFixture(clock = new FakeClock(), files = new MemoryFiles()): Fixture & { clock: FakeClock; files: MemoryFiles } {
  const runtime = newSimulatedRuntime({ clock, rand: seededRand(1), files });
  return {
    runtime, clock, files,
    image: 'busybox',
    logDirectory: '/var/log/pods',
    cgroupParent: '/kubepods',
    async untilExited(id) {
      for (let i = 0; i < 1000 && (await runtime.runtime.containerStatus(id)).state !== 'CONTAINER_EXITED'; i++) clock.step(100);
    },
    close: () => runtime.close(),
  };
}

runRuntimeContract({ name: 'simulated', newRuntime: async () => newFixture() });

const decoder = new TextDecoder();

describe('the simulated runtime', () => {
  it('prints a start line with name and image, then the lines of the annotation', async () => {
    const fixture = newFixture();
    const sandbox = newSandbox(fixture, { annotations: { 'k8ts.dev/logs': 'first\nsecond' } });
    const { runtime } = fixture.runtime;
    const sandboxId = await runtime.runPodSandbox(sandbox, '');
    const id = await runtime.createContainer(sandboxId, newContainer(fixture, sandbox, []), sandbox);
    await runtime.startContainer(id);
    expect(await linesOf(fixture, id)).toEqual(['container main started from image busybox', 'first', 'second']);
  });

  it.each<{ name: string; annotations: Record<string, string>; command: string[]; afterMs: number; want: number | undefined }>([
    { name: 'runs until it is stopped', annotations: {}, command: [], afterMs: 3_600_000, want: undefined },
    { name: 'ends after a given time', annotations: { 'k8ts.dev/exit-after': '5s' }, command: [], afterMs: 5000, want: 0 },
    { name: 'ends with a given code', annotations: { 'k8ts.dev/exit-code': '7' }, command: [], afterMs: 1000, want: 7 },
    { name: 'prefers what is said of the one container', annotations: { 'k8ts.dev/exit-code': '7', 'k8ts.dev/exit-code.main': '8' }, command: [], afterMs: 1000, want: 8 },
    { name: 'plays sleep', annotations: {}, command: ['sleep', '2'], afterMs: 2000, want: 0 },
    { name: 'plays exit', annotations: {}, command: ['sh', '-c', 'exit 3'], afterMs: 0, want: 3 },
    { name: 'goes on where a script starts a program that it does not know', annotations: {}, command: ['sh', '-c', 'echo hi && nginx; exit 1'], afterMs: 3_600_000, want: undefined },
    { name: 'goes on with a script that it cannot play', annotations: {}, command: ['sh', '-c', 'while true; do date; done'], afterMs: 3_600_000, want: undefined },
  ])('$name', async ({ annotations, command, afterMs, want }) => {
    const fixture = newFixture();
    const sandbox = newSandbox(fixture, { annotations });
    const { runtime } = fixture.runtime;
    const id = await runtime.createContainer(await runtime.runPodSandbox(sandbox, ''), newContainer(fixture, sandbox, command), sandbox);
    await runtime.startContainer(id);
    for (let i = 0; i < 20; i++) await Promise.resolve();
    fixture.clock.step(afterMs);
    for (let i = 0; i < 20; i++) await Promise.resolve();
    const { state, exitCode } = await runtime.containerStatus(id);
    expect({ state, exitCode }).toEqual(want === undefined ? { state: 'CONTAINER_RUNNING', exitCode: 0 } : { state: 'CONTAINER_EXITED', exitCode: want });
  });

  it('answers a program that it does not know with 127 and what a shell prints', async () => {
    const fixture = newFixture();
    const { id } = await start(fixture, []);
    const plain = await fixture.runtime.streaming.execSync(id, ['ls', '/'], 0);
    const inShell = await fixture.runtime.streaming.execSync(id, ['sh', '-c', 'ls /'], 0);
    for (const { exitCode, stderr } of [plain, inShell]) expect([exitCode, decoder.decode(stderr)]).toEqual([127, 'sh: ls: not found\n']);
  });

  it('reads the files that are mounted, by their longest mount, and keeps its own apart', async () => {
    const fixture = newFixture();
    await fixture.files.write('/node/config/key', new TextEncoder().encode('value'));
    const mount = { readonly: true, propagation: 'PROPAGATION_PRIVATE' } as const;
    const { id } = await start(fixture, [], { mounts: [{ containerPath: '/etc', hostPath: '/node/etc', ...mount }, { containerPath: '/etc/config', hostPath: '/node/config', ...mount }] });
    const run = async (script: string) => decoder.decode((await fixture.runtime.streaming.execSync(id, ['sh', '-c', script], 0)).stdout);
    expect(await run('cat /etc/config/key')).toBe('value');
    expect(await run('echo mine > /tmp/x; cat /tmp/x')).toBe('mine\n');
    expect(await fixture.files.read('/tmp/x')).toBeUndefined();
  });

  it('takes the time that it needs to stop, and is killed after the grace period', async () => {
    const fixture = newFixture();
    const sandbox = newSandbox(fixture, { annotations: { 'k8ts.dev/stop-after': '1m' } });
    const { runtime } = fixture.runtime;
    const id = await runtime.createContainer(await runtime.runPodSandbox(sandbox, ''), newContainer(fixture, sandbox, []), sandbox);
    await runtime.startContainer(id);
    const stopping = runtime.stopContainer(id, 30);
    fixture.clock.step(29_000);
    expect(await stateOf(fixture, id)).toBe('CONTAINER_RUNNING');
    fixture.clock.step(1000);
    await stopping;
    expect((await runtime.containerStatus(id)).exitCode).toBe(137);
  });

  it('lets a script that has trapped SIGTERM end as it likes', async () => {
    const fixture = newFixture();
    const { id } = await start(fixture, ['sh', '-c', 'trap "exit 143" TERM; while true; do sleep 1; done']);
    const stopping = fixture.runtime.runtime.stopContainer(id, 30);
    await fixture.untilExited(id);
    await stopping;
    expect((await fixture.runtime.runtime.containerStatus(id)).exitCode).toBe(143);
  });

  it('finds nothing over HTTP where a file that an image serves was taken away, until it is back', async () => {
    const fixture = newFixture();
    const sandbox = newSandbox(fixture);
    const { runtime, network, streaming } = fixture.runtime;
    const sandboxId = await runtime.runPodSandbox(sandbox, '');
    const container = { ...newContainer(fixture, sandbox, ['/agnhost', 'test-webserver']), image: { image: 'registry.k8s.io/e2e-test-images/agnhost:2.55', annotations: {}, runtimeHandler: '' } };
    const id = await runtime.createContainer(sandboxId, container, sandbox);
    await runtime.startContainer(id);
    const [ip = ''] = (await runtime.podSandboxStatus(sandboxId)).ips;
    const status = async (): Promise<number> => (await network.http({ scheme: 'http', host: ip, port: 80, path: '/localhost.crt', headers: [], timeoutMs: 1000 })).status;
    const run = (script: string): Promise<unknown> => streaming.execSync(id, ['sh', '-c', script], 0);
    expect(await status()).toBe(200);
    await run('mv -v /localhost.crt /tmp/ || true');
    expect(await status()).toBe(404);
    await run('mv -v /tmp/localhost.crt / || true');
    expect(await status()).toBe(200);
  });

  it('ends a container of a Job that it cannot play, but for the image that waits', async () => {
    const states = await Promise.all(
      ['registry.k8s.io/pause:3.10', 'example/app:1'].map(async (image) => {
        const fixture = newFixture();
        const sandbox = newSandbox(fixture);
        const { runtime } = fixture.runtime;
        const container = { ...newContainer(fixture, sandbox, []), image: { image, annotations: {}, runtimeHandler: '' }, annotations: { 'k8ts.dev/runs-once': 'true' } };
        const id = await runtime.createContainer(await runtime.runPodSandbox(sandbox, ''), container, sandbox);
        await runtime.startContainer(id);
        fixture.clock.step(1000);
        return stateOf(fixture, id);
      }),
    );
    expect(states).toEqual(['CONTAINER_RUNNING', 'CONTAINER_EXITED']);
  });

  it('needs no timer for a container that only runs', async () => {
    const fixture = newFixture();
    await start(fixture, []);
    await start(fixture, ['nginx']);
    expect(fixture.clock.waiters).toBe(0);
  });

  it('answers HTTP with the name of the pod on every port', async () => {
    const fixture = newFixture();
    const { sandbox, sandboxId } = await start(fixture, []);
    const connection = await fixture.runtime.streaming.portForward(sandboxId, 8080);
    await connection.write(new TextEncoder().encode('GET / HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n'));
    let answer = '';
    for await (const chunk of connection.readable) answer += decoder.decode(chunk);
    expect(answer).toMatch(/^HTTP\/1\.1 200 OK\r\n/);
    expect(answer.endsWith(`\r\n\r\n${sandbox.metadata.name}`)).toBe(true);
  });

  it('tells each change once, with the pod that it is about', async () => {
    const fixture = newFixture();
    const stop = new AbortController();
    const seen: string[] = [];
    const reading = (async () => {
      for await (const batch of fixture.runtime.stats.events?.(stop.signal) ?? []) seen.push(...batch.map((e) => `${e.type} ${e.podUid.slice(-2)}`));
    })();
    const { sandbox, id } = await start(fixture, []);
    await fixture.runtime.runtime.stopContainer(id, 0);
    stop.abort();
    await reading;
    const uid = sandbox.metadata.uid.slice(-2);
    expect(seen).toEqual([`CONTAINER_CREATED_EVENT ${uid}`, `CONTAINER_STARTED_EVENT ${uid}`, `CONTAINER_STOPPED_EVENT ${uid}`]);
  });

  it.each(['webserver:404', 'foo:non-existent', 'example.com/a/b:nonexistent'])('does not find %s', async (image) => {
    const { runtime } = newFixture();
    await expect(runtime.images.pullImage({ image }, undefined, undefined)).rejects.toThrow(': not found');
  });

  it('cannot pull from a registry that cannot exist', async () => {
    const { runtime } = newFixture();
    await expect(runtime.images.pullImage({ image: 'registry.invalid/app:1' }, undefined, undefined)).rejects.toThrow('no such host');
  });
});
