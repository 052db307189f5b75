/**
 * Three machines as network namespaces, joined by a bridge in a fourth, where the bar itself runs. The addresses exist in these namespaces alone: nothing leads from them to anywhere.
 * Needs root, `ip`, `nft` and `nsenter`.
 */
import { execFileSync, spawn } from 'node:child_process';
import { numbers, runOn, type Ground, type Partition } from './ground.ts';
import { ETCD_PORTS } from './processes.ts';

const NETWORK = '10.233.77';
const BITS = 24;
const HUB_HOST = 254;

const hubOf = (name: string): string => `${name}-hub`;
const machineOf = (name: string, i: number): string => `${name}-${i}`;
const within = (namespace: string): readonly [string, string] => ['nsenter', `--net=/var/run/netns/${namespace}`];
const ip = (...args: readonly string[]): void => void execFileSync('ip', args);

function makeMachine(hub: string, namespace: string, i: number): void {
  ip('netns', 'add', namespace);
  ip('-n', hub, 'link', 'add', `m${i}`, 'type', 'veth', 'peer', 'name', 'eth0', 'netns', namespace);
  ip('-n', hub, 'link', 'set', `m${i}`, 'master', 'br0', 'up');
  ip('-n', namespace, 'addr', 'add', `${NETWORK}.${i + 1}/${BITS}`, 'dev', 'eth0');
  for (const link of ['lo', 'eth0']) ip('-n', namespace, 'link', 'set', link, 'up');
}

function make(name: string): void {
  const hub = hubOf(name);
  ip('netns', 'add', hub);
  ip('-n', hub, 'link', 'add', 'br0', 'type', 'bridge');
  ip('-n', hub, 'addr', 'add', `${NETWORK}.${HUB_HOST}/${BITS}`, 'dev', 'br0');
  for (const link of ['lo', 'br0']) ip('-n', hub, 'link', 'set', link, 'up');
  for (const i of numbers) makeMachine(hub, machineOf(name, i), i);
}

/** Links and bridge go with their namespaces. */
function remove(name: string): void {
  const there = new Set(execFileSync('ip', ['netns', 'list'], { encoding: 'utf8' }).split('\n').map((line) => line.split(' ')[0]));
  for (const namespace of [hubOf(name), ...numbers.map((i) => machineOf(name, i))]) if (there.has(namespace)) ip('netns', 'del', namespace);
}

/** Runs this program again with `args` in the fourth namespace; resolves with its exit code when the namespaces are gone. */
export async function runInNamespaces(program: string, args: (name: string) => readonly string[]): Promise<number> {
  const name = `k8ts-ha-${process.pid}`;
  try {
    make(name);
    const [enter, where] = within(hubOf(name));
    const child = spawn(enter, [where, process.execPath, program, ...args(name)], { stdio: 'inherit' });
    for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, () => child.kill(signal));
    return await new Promise<number>((resolve, reject) => {
      child.once('error', reject);
      child.once('exit', (code) => resolve(code ?? 1));
    });
  } finally {
    remove(name);
  }
}

/** As seen from the fourth namespace. */
export function namespaces(name: string): Ground {
  const ground: Ground = {
    name: 'network namespaces',
    addressOf: (machine) => `${NETWORK}.${machine + 1}`,
    spawn(machine, program, args, options) {
      const [enter, where] = within(machineOf(name, machine));
      return spawn(enter, [where, program, ...args], options);
    },
    partitions: [],
  };
  return { ...ground, partitions: [cable, filtered(ground, 'heard no more', MUTE), filtered(ground, 'without the other members of etcd', WITHOUT_ETCD)] };
}

const link = async (machine: number, state: 'up' | 'down'): Promise<void> => ip('link', 'set', `m${machine}`, state);

const cable: Partition = { name: 'cut off', begin: (machine) => link(machine, 'down'), end: (machine) => link(machine, 'up') };

/** One way: it hears the others, and they do not hear it. */
const MUTE = 'chain output { type filter hook output priority 0; oifname "eth0" drop; };';
/** Clients reach its server, which has but the member beside it. */
const WITHOUT_ETCD = [['input', 'iifname'], ['output', 'oifname']]
  .map(([hook, device]) => `chain ${hook} { type filter hook ${hook} priority 0; ${device} "eth0" tcp dport ${ETCD_PORTS} drop; ${device} "eth0" tcp sport ${ETCD_PORTS} drop; };`)
  .join(' ');

function filtered(ground: Ground, name: string, chains: string): Partition {
  const nft = async (machine: number, rules: string): Promise<void> => void (await runOn(ground, machine, 'nft', ['-f', '-'], rules));
  return {
    name,
    begin: (machine) => nft(machine, `table inet cut { ${chains} }\n`),
    end: (machine) => nft(machine, 'delete table inet cut\n'),
  };
}
