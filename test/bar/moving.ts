/**
 * `npm run bar:moving`: a cluster with objects of every kind moves from upstream's kube-apiserver to ours and back, and the other way round, on the same etcd.
 * Whoever comes second must answer every read as the first did; then it changes every object and makes a new one beside each,
 * and the first must read what it wrote and refuse what it refused.
 * Needs upstream's etcd and kube-apiserver (PEERS_BIN) and recordings (K8TS_SHARED).
 */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { differences, type Difference } from './moving/compare.ts';
import { unexplained } from './moving/explained.ts';
import { furnish } from './moving/furnish.ts';
import { moveIn, type House, type Tenant } from './moving/house.ts';
import { takeInventory, type Inventory } from './moving/inventory.ts';
import { redecorate } from './moving/redecorate.ts';
import { answersToRefused } from './moving/refusals.ts';
import { storedAsUpstreamWrites } from './moving/raw.ts';
import { bar, peer } from './setting.ts';

const PORT = 29_543;
const SHOWN = Number(process.env['SHOWN'] ?? 40);

function report(what: string, before: Inventory, after: Inventory): void {
  const { left, explained } = unexplained(differences(before, after), after);
  console.log(`${what}: ${before.size} answers, ${new Set(left.map((d) => d.what)).size} differ`);
  for (const [why, count] of explained) console.log(`  explained: ${why} (${count} differences)`);
  for (const difference of left.slice(0, SHOWN)) console.log(line(difference));
  if (left.length > 0) process.exitCode = 1;
}

const short = (value: unknown): string => (JSON.stringify(value) ?? 'nothing').slice(0, 160);
const line = ({ what, at, was, is }: Difference): string => `  ${what} ${at}: was ${short(was)}, is ${short(is)}`;

/** Kept for a look when something went wrong. */
function tidy(dir: string): void {
  if (process.exitCode === undefined) rmSync(dir, { recursive: true, force: true });
  else console.log(`data and logs: ${dir}`);
}

async function inHouse<T>(tenant: Tenant, dir: string, run: (house: House) => Promise<T>): Promise<T> {
  const house = await moveIn(tenant, dir, PORT);
  try {
    return await run(house);
  } finally {
    await house.leave();
  }
}

async function furnished(house: House): Promise<void> {
  const { refused, absent } = await furnish(house);
  for (const error of refused) console.log(`  refused by ${house.tenant}: ${error}`);
  if (absent.length > 0) console.log(`  no object of: ${absent.join(', ')}`);
  if (refused.length + absent.length > 0) process.exitCode = 1;
}

async function thereAndBack(first: Tenant, second: Tenant): Promise<void> {
  const dir = mkdtempSync(join(tmpdir(), 'k8ts-moving-'));
  try {
    const written = await inHouse(first, dir, async (house) => {
      await furnished(house);
      return takeInventory(house.reader);
    });
    const { refused, refusals, changed } = await inHouse(second, dir, async (house) => {
      report(`written by ${first}, read by ${second}`, written, await takeInventory(house.reader));
      const refused = await redecorate(house);
      return { refused, refusals: await answersToRefused(house, refused), changed: await takeInventory(house.reader) };
    });
    await inHouse(first, dir, async (house) => {
      report(`changed by ${second}, read by ${first}`, changed, await takeInventory(house.reader));
      report(`refused by ${second} and by ${first}`, refusals, await answersToRefused(house, refused));
    });
  } finally {
    tidy(dir);
  }
}

/** Upstream's own compatibility data as its storage holds it: every field of every stored kind is set. */
async function everyField(): Promise<void> {
  const dir = mkdtempSync(join(tmpdir(), 'k8ts-moving-'));
  try {
    const upstream = await inHouse('upstream', dir, async (house) => {
      const count = storedAsUpstreamWrites(house);
      console.log(`every field: ${count} kinds as upstream stores them`);
      return takeInventory(house.reader);
    });
    await inHouse('k8ts', dir, async (house) => report('every field, read by k8ts', upstream, await takeInventory(house.reader)));
  } catch (error) {
    process.exitCode = 1;
    throw error;
  } finally {
    tidy(dir);
  }
}

const PARTS: Readonly<Record<string, () => Promise<void>>> = {
  'from-upstream': () => thereAndBack('upstream', 'k8ts'),
  'to-upstream': () => thereAndBack('k8ts', 'upstream'),
  'every-field': everyField,
};

await bar(async () => {
  for (const name of ['etcd', 'etcdctl', 'kube-apiserver']) peer(name);
  const asked = process.argv.slice(2);
  for (const part of asked.length > 0 ? asked : Object.keys(PARTS)) {
    const run = PARTS[part];
    if (!run) throw new Error(`"${part}" is no part of this bar; use ${Object.keys(PARTS).join(', ')}`);
    await run();
  }
});
