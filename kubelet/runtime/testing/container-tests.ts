/** Contract: containers. */
import { expect } from '@jest/globals';
import { linesOf, newContainer, newSandbox, start, stateOf, type ContractTests } from './fixture.ts';

export const containerTests: ContractTests = {
  'goes from created over running to exited': async (fixture) => {
    const { runtime } = fixture.runtime;
    await fixture.runtime.images.pullImage({ image: fixture.image }, undefined, undefined);
    const sandbox = newSandbox(fixture);
    const sandboxId = await runtime.runPodSandbox(sandbox, '');
    const config = newContainer(fixture, sandbox, ['/bin/sh', '-c', 'sleep 3600']);
    const id = await runtime.createContainer(sandboxId, config, sandbox);
    expect(await runtime.containerStatus(id)).toMatchObject({ state: 'CONTAINER_CREATED', startedAt: 0, finishedAt: 0, metadata: config.metadata, labels: config.labels, annotations: config.annotations });
    await runtime.startContainer(id);
    const running = await runtime.containerStatus(id);
    expect(running.state).toBe('CONTAINER_RUNNING');
    expect(running.startedAt).toBeGreaterThanOrEqual(running.createdAt);
    await runtime.stopContainer(id, 0);
    const exited = await runtime.containerStatus(id);
    expect(exited.state).toBe('CONTAINER_EXITED');
    expect(exited.finishedAt).toBeGreaterThanOrEqual(exited.startedAt);
    await runtime.removePodSandbox(sandboxId);
  },

  'tells exit code and reason': async (fixture) => {
    const ended = async (command: string) => {
      const { sandboxId, id } = await start(fixture, ['/bin/sh', '-c', command]);
      await fixture.untilExited(id);
      const status = await fixture.runtime.runtime.containerStatus(id);
      await fixture.runtime.runtime.removePodSandbox(sandboxId);
      return { exitCode: status.exitCode, reason: status.reason };
    };
    expect(await ended('true')).toEqual({ exitCode: 0, reason: 'Completed' });
    expect(await ended('exit 3')).toEqual({ exitCode: 3, reason: 'Error' });
  },

  'lists by sandbox, state and labels': async (fixture) => {
    const { runtime } = fixture.runtime;
    const { sandbox, sandboxId, id } = await start(fixture, ['/bin/sh', '-c', 'sleep 3600']);
    expect((await runtime.listContainers({ podSandboxId: sandboxId })).map((c) => c.id)).toEqual([id]);
    expect((await runtime.listContainers({ labelSelector: { 'io.kubernetes.pod.uid': sandbox.metadata.uid }, state: 'CONTAINER_RUNNING' })).map((c) => c.id)).toEqual([id]);
    expect(await runtime.listContainers({ podSandboxId: sandboxId, state: 'CONTAINER_EXITED' })).toEqual([]);
    await runtime.removeContainer(id);
    expect(await runtime.listContainers({ podSandboxId: sandboxId })).toEqual([]);
    await runtime.removePodSandbox(sandboxId);
  },

  'keeps the log of both streams, also after the end': async (fixture) => {
    const { sandboxId, id } = await start(fixture, ['/bin/sh', '-c', 'echo one; echo two >&2; echo "$GREETING"']);
    await fixture.untilExited(id);
    const lines = (await linesOf(fixture, id)).filter((l) => !l.startsWith('container '));
    expect(lines.filter((l) => l !== 'two')).toEqual(['one', 'hello']);
    expect(lines).toContain('two');
    await fixture.runtime.runtime.removePodSandbox(sandboxId);
  },

  'ends at once when the second stop has no patience': async (fixture) => {
    const { runtime } = fixture.runtime;
    const { sandboxId, id } = await start(fixture, ['/bin/sh', '-c', 'sleep 3600']);
    const patient = runtime.stopContainer(id, 600);
    await runtime.stopContainer(id, 0);
    await patient;
    expect(await stateOf(fixture, id)).toBe('CONTAINER_EXITED');
    await runtime.removePodSandbox(sandboxId);
  },
};
