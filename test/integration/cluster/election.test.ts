import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import * as coordination from '../../../apimachinery/types/coordination.gen.ts';
import * as core from '../../../apimachinery/types/core.gen.ts';
import type { Client } from '../../../client/interface.ts';
import { startCluster, type Cluster } from '../../../cluster/index.ts';
import { connect, kubeconfigOf } from '../../../cluster/programs/connection.ts';
import { startLeading } from '../../../cluster/programs/election.ts';
import specs from '../../../cmd/upstream-flags/kube-scheduler.gen.ts';
import { FakeClock } from '../../../component-base/clock.ts';
import { Flags } from '../../../component-base/flags.ts';
import { Lifecycle } from '../../../component-base/lifecycle.ts';
import { silentLog } from '../../../component-base/log.ts';
import { seededRand } from '../../../component-base/rand.ts';

const LEASE = { namespace: 'kube-system', name: 'kube-scheduler' };
const dir = mkdtempSync(join(tmpdir(), 'k8ts-election-'));
const kubeconfig = join(dir, 'kubeconfig');

/** A program that has been started: `led` resolves with its client when it leads, and `failed` with why it ends. */
function start(...given: readonly string[]) {
  const [clock, life] = [new FakeClock(), new Lifecycle(silentLog)];
  const flags = new Flags(specs, ['--kubeconfig', kubeconfig, ...given]);
  let lead: (client: Client) => void;
  const led = new Promise<Client>((resolve) => (lead = resolve));
  const failed = new Promise<unknown>((fail) => {
    const [deps, config] = [{ life, clock, rand: seededRand(1), log: silentLog, fail }, kubeconfigOf(flags)];
    startLeading('kube-scheduler', flags, config, deps, (signal, mayAct) => {
      lead(connect(config, 'kube-scheduler', deps, { mayAct }));
      return new Promise((resolve) => signal.addEventListener('abort', () => resolve()));
    });
  });
  return { clock, life, led, failed };
}

describe('a program with --leader-elect', () => {
  let cluster: Cluster;
  const lease = () => cluster.client.resource(coordination.Lease).get(LEASE);
  beforeAll(async () => {
    cluster = await startCluster({ nodes: 0, components: ['apiserver'] });
    writeFileSync(kubeconfig, cluster.kubeconfig);
  });
  afterAll(async () => {
    await cluster.stop();
    rmSync(dir, { recursive: true });
  });

  it("leads with upstream's durations and gives the lease back when it is stopped", async () => {
    const program = start();
    await program.led;
    expect((await lease()).spec).toMatchObject({ leaseDurationSeconds: 15 });
    await program.life.stop();
    expect((await lease()).spec).toMatchObject({ holderIdentity: '', leaseDurationSeconds: 1 });
  });

  it('asks for nothing once its lease can have run out', async () => {
    const program = start('--leader-elect-lease-duration', '9s', '--leader-elect-renew-deadline', '8s', '--leader-elect-retry-period', '4s');
    const client = await program.led;
    await client.resource(core.Node).list();
    program.clock.step(9000);
    await expect(client.resource(core.Node).list()).rejects.toThrow('run out');
    await program.life.stop();
  });

  it('ends when another has taken its lease', async () => {
    const program = start();
    await program.led;
    const { metadata, spec } = await lease();
    await cluster.client.resource(coordination.Lease).update({ metadata, spec: { ...spec, holderIdentity: 'usurper' } });
    program.clock.step(2000);
    expect(await program.failed).toEqual(new Error('leader election lost'));
    await program.life.stop();
    expect((await lease()).spec).toMatchObject({ holderIdentity: 'usurper' });
  });

  it('refuses durations that do not fit together', () => {
    const program = start('--leader-elect-lease-duration', '10s');
    return expect(program.failed).rejects.toThrow('greater than the renew deadline');
  });
});
