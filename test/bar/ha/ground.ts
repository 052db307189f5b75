/** Where the three machines of the HA bar stand: on ports of loopback, or in network namespaces (namespaces.ts). */
import { spawn, type ChildProcess, type SpawnOptions } from 'node:child_process';

export const numbers = [0, 1, 2];

/** One way to cut a machine off from the others and from the clients. Both halves resolve when it is done. */
export interface Partition {
  readonly name: string;
  begin(machine: number): Promise<void>;
  end(machine: number): Promise<void>;
}

export interface Ground {
  readonly name: string;
  /** Each machine has an address, or all have one and the ports differ. */
  addressOf(machine: number): string;
  spawn(machine: number, program: string, args: readonly string[], options: SpawnOptions): ChildProcess;
  readonly partitions: readonly Partition[];
}

export const loopback: Ground = {
  name: 'loopback',
  addressOf: () => '127.0.0.1',
  spawn: (_machine, program, args, options) => spawn(program, args, options),
  partitions: [],
};

/** Runs a program on a machine to its end; resolves with what it printed. */
export function runOn(ground: Ground, machine: number, program: string, args: readonly string[], input = ''): Promise<string> {
  return new Promise((resolve, reject) => {
    const child = ground.spawn(machine, program, args, { stdio: [input === '' ? 'ignore' : 'pipe', 'pipe', 'inherit'] });
    let output = '';
    child.stdout?.on('data', (chunk: Buffer) => void (output += chunk.toString()));
    child.once('error', reject);
    child.once('close', (code) => (code === 0 ? resolve(output) : reject(new Error(`${program} ${args.join(' ')} ended with ${code}`))));
    /** A program that ends without reading: its exit code tells. */
    child.stdin?.on('error', () => child.stdin?.destroy());
    child.stdin?.end(input);
  });
}
