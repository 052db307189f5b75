/** `k8ts`: brings a cluster up and down. Each command is a file of this folder, loaded when it is called for. */
import { describeError } from '../component-base/log.ts';
import { keepProcessAlive } from '../component-base/clock.ts';
import { FlagError } from '../component-base/flags.ts';

const COMMANDS: Readonly<Record<string, { summary: string; load(): Promise<{ run(argv: readonly string[]): Promise<number> }> }>> = {
  up: { summary: 'start a cluster and stay in the foreground (--detach: in the background)', load: () => import('./up.ts') },
  down: { summary: 'stop the cluster of a data directory', load: () => import('./down.ts') },
  status: { summary: 'show whether the cluster runs, and its nodes', load: () => import('./status.ts') },
  kubeconfig: { summary: 'print the kubeconfig of the cluster', load: () => import('./kubeconfig.ts') },
  snapshot: { summary: 'save the state as a file, restore it, verify it (save|restore|verify)', load: () => import('./snapshot.ts') },
  version: { summary: 'print the version', load: () => import('./version.ts') },
};

function usage(): string {
  const rows = Object.entries(COMMANDS).map(([name, { summary }]) => `  ${name.padEnd(12)}${summary}`);
  return `k8ts: a real Kubernetes that you npm install\n\nUsage: k8ts COMMAND [flags]\n\n${rows.join('\n')}\n\n"k8ts COMMAND --help" shows the flags of a command.`;
}

async function main(argv: readonly string[]): Promise<number> {
  const [name = '', ...rest] = argv;
  if (name === '' || name === 'help' || name === '--help' || name === '-h') {
    console.log(usage());
    return name === '' ? 2 : 0;
  }
  const command = Object.hasOwn(COMMANDS, name === '--version' ? 'version' : name) ? COMMANDS[name === '--version' ? 'version' : name] : undefined;
  if (!command) {
    console.error(`k8ts: unknown command "${name}"; "k8ts help" lists them`);
    return 2;
  }
  return (await command.load()).run(rest);
}

export async function k8ts(argv: readonly string[]): Promise<void> {
  const alive = keepProcessAlive();
  try {
    process.exitCode = await main(argv);
  } catch (error) {
    console.error(`k8ts: ${describeError(error)}`);
    process.exitCode = error instanceof FlagError ? 2 : 1;
  } finally {
    alive.stop();
  }
}
