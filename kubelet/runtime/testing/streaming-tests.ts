/** Contract: processes, logs that are followed, and ports. */
import { expect } from '@jest/globals';
import { newSandbox, start, type ContractTests } from './fixture.ts';

const decoder = new TextDecoder();
const never = new AbortController().signal;

async function* once(text: string): AsyncGenerator<Uint8Array> {
  yield new TextEncoder().encode(text);
}

export const streamingTests: ContractTests = {
  'runs a command and returns what it wrote': async (fixture) => {
    const { sandboxId, id } = await start(fixture, ['/bin/sh', '-c', 'sleep 3600']);
    const result = await fixture.runtime.streaming.execSync(id, ['sh', '-c', 'echo out; echo err >&2; exit 4'], 10);
    expect([decoder.decode(result.stdout), decoder.decode(result.stderr), result.exitCode]).toEqual(['out\n', 'err\n', 4]);
    await fixture.runtime.runtime.removePodSandbox(sandboxId);
  },

  'connects the streams of a command': async (fixture) => {
    const { sandboxId, id } = await start(fixture, ['/bin/sh', '-c', 'sleep 3600']);
    let [out, err] = ['', ''];
    const code = await fixture.runtime.streaming.exec(id, ['cat'], false, {
      stdin: once('from the caller'),
      stdout: async (chunk) => void (out += decoder.decode(chunk)),
      stderr: async (chunk) => void (err += decoder.decode(chunk)),
      signal: never,
    });
    expect([out, err, code]).toEqual(['from the caller', '', 0]);
    await fixture.runtime.runtime.removePodSandbox(sandboxId);
  },

  'gives a command the environment of its container': async (fixture) => {
    const { sandboxId, id } = await start(fixture, ['/bin/sh', '-c', 'sleep 3600']);
    const { stdout } = await fixture.runtime.streaming.execSync(id, ['env'], 10);
    expect(decoder.decode(stdout)).toContain('GREETING=hello\n');
    await fixture.runtime.runtime.removePodSandbox(sandboxId);
  },

  'follows a log until its container ends': async (fixture) => {
    const { sandboxId, id } = await start(fixture, ['/bin/sh', '-c', 'echo one; sleep 1; echo two']);
    const seen: string[] = [];
    const reading = (async () => {
      for await (const batch of fixture.runtime.streaming.logs(id, { follow: true, signal: never })) seen.push(...batch.map((l) => decoder.decode(l.text)));
    })();
    await fixture.untilExited(id);
    await reading;
    expect(seen.filter((l) => !l.startsWith('container '))).toEqual(['one', 'two']);
    await fixture.runtime.runtime.removePodSandbox(sandboxId);
  },

  'refuses to run a command in a container that has ended': async (fixture) => {
    const { sandboxId, id } = await start(fixture, ['/bin/sh', '-c', 'sleep 3600']);
    await fixture.runtime.runtime.stopContainer(id, 0);
    await expect(fixture.runtime.streaming.execSync(id, ['true'], 10)).rejects.toThrow();
    await fixture.runtime.runtime.removePodSandbox(sandboxId);
  },

  'refuses to forward to a sandbox that does not exist': async (fixture) => {
    expect(newSandbox(fixture).metadata.attempt).toBe(0);
    await expect(fixture.runtime.streaming.portForward('0'.repeat(64), 80)).rejects.toThrow();
  },
};
