/**
 * `npm run bench:fleet -- --kubeconfig FILE [--pids A,B] [--pods 150000 --nodes 5000 --minutes 10 --patches 200 --lease-seconds 10 --svg FILE --heading TEXT]`: a fleet of nodes on any
 * API server. It is filled with pods; each node watches its own and renews its lease; statuses of pods spread over all nodes are patched; how late each event is, is measured at
 * the watcher, from the sending of the patch on. Every event is counted: as many as patches were answered.
 */
import { writeFileSync } from 'node:fs';
import { monitorEventLoopDelay, performance } from 'node:perf_hooks';
import { parseArgs } from 'node:util';
import { Lateness } from './fleet/lateness.ts';
import { leasePath, leaseText, namespaces, nodeText, podPath, podText, statusPatch, type Fleet } from './fleet/objects.ts';
import { plot } from './fleet/plot.ts';
import { eventLoopBuckets, percentileMs } from './fleet/server-metrics.ts';
import { Watchers } from './fleet/watchers.ts';
import { inParallel, Wire, type Reply } from './fleet/wire.ts';
import { cpuSeconds, memoryMb } from './process-usage.ts';

const { values } = parseArgs({
  options: {
    kubeconfig: { type: 'string' }, pids: { type: 'string', default: '' }, pods: { type: 'string', default: '150000' }, nodes: { type: 'string', default: '5000' }, minutes: { type: 'string', default: '10' },
    patches: { type: 'string', default: '200' }, 'lease-seconds': { type: 'string', default: '10' }, 'sample-seconds': { type: 'string', default: '10' }, svg: { type: 'string' }, heading: { type: 'string', default: 'A fleet of nodes' },
  },
});
const fleet: Fleet = { pods: Number(values.pods), nodes: Number(values.nodes) };
const pids = values.pids.split(',').filter((p) => p !== '').map(Number);
const seconds = Number(values.minutes) * 60;
const FILL_AT_ONCE = 64;
const WATCHES_AT_ONCE = 50;
const LATE_MS = 1000;
const TICK_MS = 10;

const now = (): number => performance.timeOrigin + performance.now();
const wait = (ms: number): Promise<void> => new Promise((done) => setTimeout(done, ms));
const rfc3339Micro = (ms: number): string => `${new Date(ms).toISOString().slice(0, -1)}000Z`;
const since = (start: number): string => `${((now() - start) / 1000).toFixed(1)} s`;

function expect(reply: Reply, statuses: readonly number[], what: string): void {
  if (!statuses.includes(reply.status)) throw new Error(`${what}: ${reply.status} ${reply.text.slice(0, 300)}`);
}

async function post(wire: Wire, path: string, body: string): Promise<void> {
  expect(await wire.fetch(path, { method: 'POST', body }), [201, 409], path);
}

/** What is there already stays: a second run need not fill again. */
async function fill(wire: Wire): Promise<void> {
  const start = now();
  for (const name of namespaces()) {
    await post(wire, '/api/v1/namespaces', JSON.stringify({ metadata: { name } }));
    await post(wire, `/api/v1/namespaces/${name}/serviceaccounts`, JSON.stringify({ metadata: { name: 'default' } }));
  }
  await inParallel(fleet.nodes, FILL_AT_ONCE, (i) => post(wire, '/api/v1/nodes', nodeText(i)));
  await inParallel(fleet.nodes, FILL_AT_ONCE, (i) => post(wire, leasePath(i).replace(/\/[^/]*$/, ''), leaseText(i, rfc3339Micro(now()))));
  console.log(`${fleet.nodes} nodes and leases in ${since(start)}`);
  const podStart = now();
  let done = 0;
  await inParallel(fleet.pods, FILL_AT_ONCE, async (i) => {
    await post(wire, podPath(i).replace(/\/[^/]*$/, ''), podText(fleet, i));
    if (++done % 10_000 === 0) console.log(`  ${done} pods in ${since(podStart)}, ${memoryMb(pids).toFixed(0)} MB`);
  });
  console.log(`${fleet.pods} pods in ${since(podStart)}, ${memoryMb(pids).toFixed(0)} MB, ${cpuSeconds(pids).toFixed(1)} CPU s so far`);
}

interface Sample {
  readonly at: number;
  readonly lateMax: number;
  readonly lateP99: number;
  readonly patchP99: number;
  readonly leaseP99: number;
  readonly memory: number;
  readonly cpu: number;
  /** The longest time that this driver itself was held up: so much of the lateness may be its own. */
  readonly own: number;
}

const PROBE_MS = 10;
const own = monitorEventLoopDelay({ resolution: PROBE_MS });

/** Calls `work` so many times a second, whether or not the last one has ended; catches up after a stall of its own. */
async function atRate(perSecond: number, until: number, work: (i: number) => Promise<void>): Promise<void> {
  const start = now();
  const running = new Set<Promise<void>>();
  for (let i = 0; now() < until; await wait(TICK_MS)) {
    for (const due = ((now() - start) / 1000) * perSecond; i < due; i++) {
      const one: Promise<void> = work(i).finally(() => running.delete(one));
      running.add(one);
    }
  }
  await Promise.all(running);
}

class Load {
  readonly lateness = new Lateness();
  late = 0;
  acknowledged = 0;
  failed = 0;
  /** Since the last sample. */
  #window = { late: new Lateness(), patch: new Lateness(), lease: new Lateness() };
  readonly #wire: Wire;
  readonly #revisions: (string | undefined)[] = [];
  readonly #renewing = new Set<number>();

  constructor(wire: Wire) {
    this.#wire = wire;
  }

  event(ms: number): void {
    this.lateness.add(ms);
    this.#window.late.add(ms);
    if (ms > LATE_MS) this.late++;
  }

  window(): { readonly late: Lateness; readonly patch: Lateness; readonly lease: Lateness } {
    const ended = this.#window;
    this.#window = { late: new Lateness(), patch: new Lateness(), lease: new Lateness() };
    return ended;
  }

  /** A stride that visits every pod, and every node before any twice. */
  async patch(i: number): Promise<void> {
    const pod = (i * 7919) % fleet.pods;
    const sentAt = now();
    const { status } = await this.#wire.fetch(podPath(pod, '/status'), { method: 'PATCH', body: statusPatch(sentAt), contentType: 'application/strategic-merge-patch+json' });
    this.#window.patch.add(now() - sentAt);
    if (status === 200) this.acknowledged++;
    else this.failed++;
  }

  /** A kubelet waits for one answer before it asks again. */
  async renew(i: number): Promise<void> {
    const node = i % fleet.nodes;
    if (this.#renewing.has(node)) return;
    this.#renewing.add(node);
    await this.#renewNow(node).finally(() => this.#renewing.delete(node));
  }

  async #renewNow(node: number): Promise<void> {
    const sentAt = now();
    const known = this.#revisions[node];
    const { status, text } = await this.#wire.fetch(leasePath(node), known === undefined ? {} : { method: 'PUT', body: leaseText(node, rfc3339Micro(sentAt), known) });
    this.#window.lease.add(now() - sentAt);
    this.#revisions[node] = status === 200 ? /"resourceVersion":"(\d+)"/.exec(text)?.[1] : undefined;
    if (status !== 200) this.failed++;
    else if (known === undefined) await this.#renewNow(node);
  }
}

async function samples(load: Load, until: number, collected: Sample[]): Promise<void> {
  const start = now();
  own.enable();
  const every = Number(values['sample-seconds']) * 1000;
  for (let cpu = cpuSeconds(pids), next = start + every; next <= until + every / 2; next += every) {
    await wait(Math.max(0, next - now()));
    const { late, patch, lease } = load.window();
    const used = cpuSeconds(pids);
    const sample = { at: (now() - start) / 1000, lateMax: late.max, lateP99: late.percentile(0.99), patchP99: patch.percentile(0.99), leaseP99: lease.percentile(0.99), memory: memoryMb(pids), cpu: ((used - cpu) / every) * 100_000, own: Math.max(0, own.max / 1e6 - PROBE_MS) };
    own.reset();
    cpu = used;
    collected.push(sample);
    console.log(`  ${sample.at.toFixed(0)} s: latest event ${sample.lateMax.toFixed(0)} ms, p99 ${sample.lateP99} ms, patch p99 ${sample.patchP99} ms, lease p99 ${sample.leaseP99} ms, ${sample.memory.toFixed(0)} MB, ${sample.cpu.toFixed(0)} % CPU (driver held up ${sample.own.toFixed(0)} ms)`);
  }
}

function draw(file: string, collected: readonly Sample[]): void {
  const of = (pick: (s: Sample) => number): number[] => collected.map(pick);
  const heading = `${values.heading}: ${fleet.pods} pods, ${fleet.nodes} watchers, ${values.patches} patches/s, ${(fleet.nodes / Number(values['lease-seconds'])).toFixed(0)} leases/s`;
  writeFileSync(file, plot(heading, of((s) => s.at), [
    { title: 'Lateness of events', unit: 'ms', lines: { latest: of((s) => s.lateMax), p99: of((s) => s.lateP99), 'driver held up': of((s) => s.own) }, bound: LATE_MS },
    { title: 'Answers, 99th percentile', unit: 'ms', lines: { patch: of((s) => s.patchP99), lease: of((s) => s.leaseP99) } },
    { title: 'Memory', unit: 'MB', lines: { 'RssAnon + RssShmem': of((s) => s.memory) } },
    { title: 'CPU', unit: '% of a core', lines: { CPU: of((s) => s.cpu) } },
  ]));
}

async function run(kubeconfig: string): Promise<void> {
  const writes = await Wire.open(kubeconfig, 800);
  const watches = await Wire.open(kubeconfig, fleet.nodes);
  await fill(writes);
  const load = new Load(writes);
  const watchers = new Watchers(watches, now, load);
  const opening = now();
  await inParallel(fleet.nodes, WATCHES_AT_ONCE, (i) => watchers.open(i));
  console.log(`${watchers.opened} watches told ${(watchers.bytes / 1e6).toFixed(0)} MB in ${since(opening)}, ${memoryMb(pids).toFixed(0)} MB`);
  const before = await eventLoopBuckets(writes);
  const until = now() + seconds * 1000;
  const collected: Sample[] = [];
  await Promise.all([atRate(Number(values.patches), until, (i) => load.patch(i)), atRate(fleet.nodes / Number(values['lease-seconds']), until, (i) => load.renew(i)), samples(load, until, collected)]);
  for (let i = 0; i < 100 && load.lateness.count < load.acknowledged; i++) await wait(100);
  const after = await eventLoopBuckets(writes);
  const { lateness } = load;
  console.log(`${load.acknowledged} patches answered, ${lateness.count} events told, ${load.failed} requests failed, ${watchers.ended} watches ended early, ${writes.lost + watches.lost} connections lost`);
  console.log(`lateness: p50 ${lateness.percentile(0.5)} ms, p99 ${lateness.percentile(0.99)} ms, p99.9 ${lateness.percentile(0.999)} ms, latest ${lateness.max.toFixed(0)} ms; ${load.late} later than ${LATE_MS} ms`);
  const stall = [0.99, 0.999, 1].map((share) => percentileMs(before, after, share));
  if (stall[0] !== undefined) console.log(`event loop held up: p99 <= ${stall[0]} ms, p99.9 <= ${stall[1]} ms, longest <= ${stall[2]} ms`);
  console.log(`memory: most ${Math.max(...collected.map((s) => s.memory)).toFixed(0)} MB, CPU: mean ${(collected.reduce((a, s) => a + s.cpu, 0) / collected.length).toFixed(0)} % of a core`);
  if (values.svg !== undefined) draw(values.svg, collected);
  if (load.late > 0 || lateness.count < load.acknowledged) process.exitCode = 1;
  watchers.close();
  watches.close();
  writes.close();
}

if (values.kubeconfig === undefined) throw new Error('usage: fleet.js --kubeconfig FILE [--pids A,B] [--pods N] [--nodes N] [--minutes N]');
await run(values.kubeconfig);
