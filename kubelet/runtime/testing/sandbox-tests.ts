/** Contract: sandboxes. */
import { expect } from '@jest/globals';
import { expectNotFound, newSandbox, start, stateOf, type ContractTests } from './fixture.ts';

export const sandboxTests: ContractTests = {
  'is ready': async ({ runtime }) => {
    const conditions = await runtime.runtime.status();
    expect(conditions.filter((c) => c.status).map((c) => c.type)).toEqual(expect.arrayContaining(['RuntimeReady', 'NetworkReady']));
    expect((await runtime.runtime.version()).runtimeApiVersion).not.toBe('');
  },

  'gives each sandbox an address of its own and what it was given': async (fixture) => {
    const { runtime } = fixture.runtime;
    const [a, b] = [newSandbox(fixture), newSandbox(fixture)];
    const ids = [await runtime.runPodSandbox(a, ''), await runtime.runPodSandbox(b, '')];
    const [x, y] = await Promise.all(ids.map((id) => runtime.podSandboxStatus(id)));
    expect(x?.ips).toHaveLength(1);
    expect(x?.ips).not.toEqual(y?.ips);
    expect(x).toMatchObject({ state: 'SANDBOX_READY', metadata: a.metadata, network: 'POD', labels: a.labels });
    for (const id of ids) await runtime.removePodSandbox(id);
  },

  'lists by labels, state and id': async (fixture) => {
    const { runtime } = fixture.runtime;
    const config = newSandbox(fixture);
    const id = await runtime.runPodSandbox(config, '');
    const labelSelector = { 'io.kubernetes.pod.uid': config.metadata.uid };
    expect((await runtime.listPodSandbox({ labelSelector })).map((s) => s.id)).toEqual([id]);
    expect(await runtime.listPodSandbox({ labelSelector, state: 'SANDBOX_NOTREADY' })).toEqual([]);
    await runtime.stopPodSandbox(id);
    expect((await runtime.listPodSandbox({ id, state: 'SANDBOX_NOTREADY' })).map((s) => s.id)).toEqual([id]);
    await runtime.removePodSandbox(id);
    expect(await runtime.listPodSandbox({ labelSelector })).toEqual([]);
  },

  'kills what runs when it is stopped, and forgets it when it is removed': async (fixture) => {
    const { runtime } = fixture.runtime;
    const { sandboxId, id } = await start(fixture, ['/bin/sh', '-c', 'sleep 3600']);
    await runtime.stopPodSandbox(sandboxId);
    expect(await stateOf(fixture, id)).toBe('CONTAINER_EXITED');
    await runtime.removePodSandbox(sandboxId);
    await expectNotFound(runtime.containerStatus(id));
    await expectNotFound(runtime.podSandboxStatus(sandboxId));
  },

  'stops and removes what is gone without complaint': async ({ runtime: { runtime } }) => {
    const gone = '0'.repeat(64);
    await runtime.stopPodSandbox(gone);
    await runtime.removePodSandbox(gone);
    await runtime.stopContainer(gone, 1);
    await runtime.removeContainer(gone);
    await expectNotFound(runtime.podSandboxStatus(gone));
  },
};
