import { describe, expect, it } from '@jest/globals';
import { cniConflist, containerdToml } from './config.ts';
import { newContainerdRuntime } from './containerd-runtime.ts';
import { LineSplitter, parseLogLine } from './log-format.ts';
import { decode, encode } from './protobuf.ts';

const bytes = (text: string): Uint8Array => new TextEncoder().encode(text);
const decoder = new TextDecoder();

describe('CRI messages', () => {
  it('keep every kind of field', () => {
    const sent = {
      config: {
        metadata: { name: 'main', attempt: 3 },
        image: { image: 'busybox', annotations: { a: '1' } },
        command: ['sh', ''],
        envs: [{ key: 'K', value: 'v' }],
        mounts: [{ containerPath: '/c', hostPath: '/h', readonly: true, propagation: 'PROPAGATION_BIDIRECTIONAL' }],
        linux: { resources: { oomScoreAdj: -997, cpuQuota: 20000 }, securityContext: { runAsUser: { value: 0 }, supplementalGroups: [1, 4_294_967_295] } },
      },
      podSandboxId: 'x',
    };
    const got = decode('CreateContainerRequest', encode('CreateContainerRequest', sent));
    expect(got).toMatchObject(sent);
    expect((got.config as { image: unknown }).image).toMatchObject({ annotations: { a: '1' } });
  });

  it('are as protoc writes them', () => {
    expect([...encode('StopContainerRequest', { containerId: 'ab', timeout: 300 })]).toEqual([0x0a, 2, 0x61, 0x62, 0x10, 0xac, 2]);
    expect([...encode('LinuxContainerResources', { oomScoreAdj: -1 })]).toEqual([0x28, ...Array.from({ length: 9 }, () => 0xff), 1]);
  });

  it('give nanoseconds without loss and pass over what is not known', () => {
    const status = encode('ContainerStatus', { createdAt: 1_767_225_600_123_456_789n });
    expect(decode('ContainerStatus', Uint8Array.of(...status, 0xfa, 0x3f, 1, 0)).createdAt).toBe(1_767_225_600_123_456_789n);
  });
});

describe('CRI log lines', () => {
  it('have time, stream, tag and text', () => {
    const line = parseLogLine(bytes('2026-01-01T00:00:00.123456789Z stderr P half a line'));
    expect({ ...line, text: decoder.decode(line?.text) }).toEqual({ time: Date.UTC(2026, 0, 1, 0, 0, 0, 123), timestamp: '2026-01-01T00:00:00.123456789Z', stream: 'stderr', partial: true, text: 'half a line' });
  });
  it('are nothing when they are something else', () => {
    expect([parseLogLine(bytes('hello')), parseLogLine(bytes('yesterday stdout F x')), parseLogLine(bytes('2026-01-01T00:00:00Z disk F x'))]).toEqual([undefined, undefined, undefined]);
  });
  it('come whole from chunks that are cut anywhere', () => {
    const text = '2026-01-01T00:00:00Z stdout F one\n2026-01-01T00:00:00Z stdout F two\n';
    for (let at = 0; at < text.length; at++) {
      const splitter = new LineSplitter();
      const lines = [...splitter.push(bytes(text.slice(0, at))), ...splitter.push(bytes(text.slice(at)))];
      expect(lines.map((l) => decoder.decode(l.text))).toEqual(['one', 'two']);
    }
  });
});

describe('the configuration of a node', () => {
  it('keeps the node to its own folders and its oom score', () => {
    const toml = containerdToml({ root: '/n/root', state: '/n/run', socket: '/n/run/c.sock', cniBinDir: '/usr/lib/cni', cniConfDir: '/n/cni', sandboxImage: 'pause:1', streamAddress: '172.31.0.2' });
    for (const line of ['root = "/n/root"', 'address = "/n/run/c.sock"', 'restrict_oom_score_adj = true', 'conf_dir = "/n/cni"', 'stream_server_address = "172.31.0.2"']) expect(toml).toContain(line);
  });
  it('gives pods addresses of the pod CIDR', () => {
    expect(JSON.parse(cniConflist({ podCIDR: '10.244.1.0/24', dataDir: '/n/ipam' }))).toMatchObject({ plugins: [{ type: 'bridge', ipMasq: false, ipam: { ranges: [[{ subnet: '10.244.1.0/24' }]] } }, { type: 'portmap' }] });
  });
});

describe('newContainerdRuntime', () => {
  it('says in one line what is missing and what to do', () => {
    expect(() => newContainerdRuntime({ socket: '/nowhere/containerd.sock', clock: undefined as never })).toThrow('there is no socket /nowhere/containerd.sock; install and start containerd, or use --runtime simulated');
  });
});
