/** What the runtime contract's tests start from. */
import { expect } from '@jest/globals';
import type { ContainerConfig, LogLine, PodSandboxConfig, Runtime } from '../interface.ts';

export interface Fixture {
  readonly runtime: Runtime;
  /** An image with a shell that exists. */
  readonly image: string;
  readonly logDirectory: string;
  readonly cgroupParent: string;
  /** Resolves when the container has ended; lets the time pass that it needs. */
  untilExited(id: string): Promise<void>;
  close(): Promise<void>;
}
export type ContractTests = Readonly<Record<string, (fixture: Fixture) => Promise<void>>>;

let counter = 0;

export function newSandbox(fixture: Fixture, changes: Partial<PodSandboxConfig> = {}): PodSandboxConfig {
  const n = ++counter;
  const uid = `00000000-0000-4000-8000-${String(n).padStart(12, '0')}`;
  const name = `pod-${n}`;
  return {
    metadata: { name, uid, namespace: 'contract', attempt: 0 },
    hostname: name,
    logDirectory: `${fixture.logDirectory}/${name}`,
    dnsConfig: { servers: ['10.96.0.10'], searches: ['contract.svc.cluster.local'], options: ['ndots:5'] },
    portMappings: [],
    labels: { 'io.kubernetes.pod.name': name, 'io.kubernetes.pod.namespace': 'contract', 'io.kubernetes.pod.uid': uid },
    annotations: {},
    linux: { cgroupParent: `${fixture.cgroupParent}/pod${uid}`, securityContext: { namespaceOptions: { network: 'POD', pid: 'CONTAINER', ipc: 'POD' }, seccomp: { profileType: 'RuntimeDefault' } }, sysctls: {} },
    ...changes,
  };
}

export function newContainer(fixture: Fixture, sandbox: PodSandboxConfig, command: readonly string[], changes: Partial<ContainerConfig> = {}): ContainerConfig {
  const name = changes.metadata?.name ?? 'main';
  return {
    metadata: { name, attempt: 0 },
    image: { image: fixture.image, userSpecifiedImage: fixture.image },
    command,
    args: [],
    workingDir: '',
    envs: [{ key: 'GREETING', value: 'hello' }],
    mounts: [],
    devices: [],
    labels: { ...sandbox.labels, 'io.kubernetes.container.name': name },
    annotations: { 'io.kubernetes.container.hash': 'abc' },
    logPath: `${name}/0.log`,
    stdin: false,
    stdinOnce: false,
    tty: false,
    linux: {
      resources: { cpuShares: 2, oomScoreAdj: 1000 },
      securityContext: { privileged: false, namespaceOptions: sandbox.linux.securityContext.namespaceOptions, readonlyRootfs: false, supplementalGroups: [], noNewPrivs: false, maskedPaths: [], readonlyPaths: [], seccomp: { profileType: 'RuntimeDefault' } },
    },
    ...changes,
  };
}

/** A ready sandbox with one started container. */
export async function start(fixture: Fixture, command: readonly string[], changes: Partial<ContainerConfig> = {}): Promise<{ sandbox: PodSandboxConfig; sandboxId: string; id: string }> {
  const { runtime } = fixture.runtime;
  await fixture.runtime.images.pullImage({ image: fixture.image }, undefined, undefined);
  const sandbox = newSandbox(fixture);
  const sandboxId = await runtime.runPodSandbox(sandbox, '');
  const id = await runtime.createContainer(sandboxId, newContainer(fixture, sandbox, command, changes), sandbox);
  await runtime.startContainer(id);
  return { sandbox, sandboxId, id };
}

export async function stateOf(fixture: Fixture, id: string): Promise<string> {
  return (await fixture.runtime.runtime.containerStatus(id)).state;
}

export async function linesOf(fixture: Fixture, id: string): Promise<string[]> {
  const lines: LogLine[] = [];
  for await (const batch of fixture.runtime.streaming.logs(id, { follow: false, signal: new AbortController().signal })) lines.push(...batch);
  return lines.map((l) => new TextDecoder().decode(l.text));
}

export async function expectNotFound(promise: Promise<unknown>): Promise<void> {
  await expect(promise).rejects.toMatchObject({ code: 'NotFound' });
}
