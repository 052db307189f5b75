/** Runs the built programs as a user does: `dist/cmd/k8ts.js`, made by `npm run build`. */
import { spawn, type ChildProcess } from 'node:child_process';
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { run, type Ran } from './kubectl.ts';

const here = fileURLToPath(import.meta.url);
export const root = here.includes('/dist/test/') ? join(here, '..', '..', '..', '..') : join(here, '..', '..', '..');

export function programPath(name = 'k8ts'): string {
  const file = join(root, 'dist', 'cmd', `${name}.js`);
  if (!existsSync(file)) throw new Error(`${file} is missing: run "npm run build" first`);
  return file;
}

/** `k8ts ARGS`, to its end. */
export const k8ts = (...args: readonly string[]): Promise<Ran> => run(process.execPath, [programPath(), ...args]);

export interface Running {
  readonly child: ChildProcess;
  /** Everything printed so far. */
  output(): string;
  /** Resolves with the exit code. */
  readonly ended: Promise<number>;
}

/** Starts a program and resolves once it has printed `text`; rejects when it ends first. */
export function startProgram(file: string, args: readonly string[], text: string, env: Readonly<Record<string, string>> = {}): Promise<Running> {
  const child = spawn(process.execPath, [file, ...args], { stdio: ['ignore', 'pipe', 'pipe'], env: { ...process.env, ...env } });
  let output = '';
  const ended = new Promise<number>((resolve) => child.once('exit', (code) => resolve(code ?? 137)));
  return new Promise((resolve, reject) => {
    const read = (chunk: Buffer): void => {
      output += chunk.toString();
      if (output.includes(text)) resolve({ child, output: () => output, ended });
    };
    child.stdout.on('data', read);
    child.stderr.on('data', read);
    void ended.then((code) => reject(new Error(`it ended with ${code} before it printed "${text}": ${output}`)));
  });
}

/** `k8ts up ARGS`, until it is ready. */
export const startK8ts = (...args: readonly string[]): Promise<Running> => startProgram(programPath(), ['up', ...args], 'kubectl get nodes');
