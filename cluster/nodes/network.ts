/**
 * The network of nodes that are network namespaces: one bridge, a veth pair a node, routes for the pods behind each. Everything made here is undone by `remove`.
 * Before any pod or service address exists, both ranges become unreachable in the root namespace: no packet for them may leave by another interface.
 */
import { execFile } from 'node:child_process';

export interface NodeNetwork {
  readonly nodeName: string;
  /** Name of the namespace; entered as /var/run/netns/<netns>. */
  readonly netns: string;
  readonly address: string;
  readonly podCIDR: string;
}

export interface NetworkOptions {
  readonly bridge: string;
  /** `172.31.240`: the bridge gets .1, the nodes .11 and on. */
  readonly prefix: string;
  readonly clusterCIDR: string;
  readonly serviceCIDR: string;
}

export const netnsPath = (netns: string): string => `/var/run/netns/${netns}`;
export const bridgeAddress = (options: NetworkOptions): string => `${options.prefix}.1`;

/** Runs a program; rejects with what it said. */
export function runProgram(program: string, ...args: readonly string[]): Promise<string> {
  return new Promise((resolve, reject) => {
    execFile(program, [...args], (error, stdout, stderr) => {
      if (error) reject(new Error(`${program} ${args.join(' ')}: ${stderr.trim() || error.message}`, { cause: error }));
      else resolve(stdout);
    });
  });
}

const ip = (...args: readonly string[]): Promise<string> => runProgram('ip', ...args);
const inside = (netns: string, ...command: readonly string[]): Promise<string> => runProgram('nsenter', `--net=${netnsPath(netns)}`, ...command);

/** The nth (from 1) /24 of a /16. */
export function podCIDROf(clusterCIDR: string, n: number): string {
  const [a, b] = clusterCIDR.split('.');
  return `${a}.${b}.${n}.0/24`;
}

export function nodeNetworks(names: readonly string[], options: NetworkOptions): NodeNetwork[] {
  return names.map((nodeName, i) => ({ nodeName, netns: `${options.bridge}-${nodeName}`, address: `${options.prefix}.${11 + i}`, podCIDR: podCIDROf(options.clusterCIDR, i + 1) }));
}

/** Makes the ranges unreachable, then the bridge. */
export async function makeBridge(options: NetworkOptions): Promise<void> {
  for (const range of [options.clusterCIDR, options.serviceCIDR]) await ip('route', 'replace', 'unreachable', range);
  await ip('link', 'add', options.bridge, 'type', 'bridge');
  await ip('addr', 'add', `${bridgeAddress(options)}/24`, 'dev', options.bridge);
  await ip('link', 'set', options.bridge, 'up');
  await runProgram('sysctl', '-qw', 'net.ipv4.ip_forward=1', `net.ipv4.conf.${options.bridge}.rp_filter=0`);
}

async function makeNode(node: NodeNetwork, index: number, options: NetworkOptions): Promise<void> {
  const link = `${options.bridge}v${index + 1}`;
  await ip('netns', 'add', node.netns);
  await ip('link', 'add', link, 'type', 'veth', 'peer', 'name', 'eth0', 'netns', node.netns);
  await ip('link', 'set', link, 'master', options.bridge, 'up');
  await ip('-n', node.netns, 'addr', 'add', `${node.address}/24`, 'dev', 'eth0');
  await ip('-n', node.netns, 'link', 'set', 'eth0', 'up');
  await ip('-n', node.netns, 'link', 'set', 'lo', 'up');
  await ip('-n', node.netns, 'route', 'add', 'default', 'via', bridgeAddress(options));
  await inside(node.netns, 'sysctl', '-qw', 'net.ipv4.ip_forward=1', 'net.ipv4.conf.all.rp_filter=0', 'net.ipv4.conf.default.rp_filter=0');
  await ip('route', 'add', node.podCIDR, 'via', node.address);
}

export async function makeNodes(nodes: readonly NodeNetwork[], options: NetworkOptions): Promise<void> {
  for (const [i, node] of nodes.entries()) await makeNode(node, i, options);
  for (const from of nodes) for (const to of nodes) if (from !== to) await ip('-n', from.netns, 'route', 'add', to.podCIDR, 'via', to.address);
}

/** Removes what `makeBridge` and `makeNodes` made, in part or in whole; what is gone already is passed over. Returns what could not be removed. */
export async function removeNetwork(nodes: readonly NodeNetwork[], options: NetworkOptions): Promise<string[]> {
  const steps: string[][] = [
    ...nodes.map((n) => ['netns', 'del', n.netns]),
    ...nodes.map((n) => ['route', 'del', n.podCIDR]),
    ['link', 'del', options.bridge],
    ['route', 'del', 'unreachable', options.clusterCIDR],
    ['route', 'del', 'unreachable', options.serviceCIDR],
  ];
  const failed: string[] = [];
  for (const step of steps) {
    try {
      await ip(...step);
    } catch (error) {
      const text = (error as Error).message;
      if (!/No such|Cannot find|not find/i.test(text)) failed.push(text);
    }
  }
  return failed;
}
