/** `k8ts kubeconfig`: prints the administrator's kubeconfig of a data directory. */
import { DATA_DIR_FLAGS } from './flags.ts';
import { dataDirOf, parseFlags } from './command.ts';

export async function run(argv: readonly string[]): Promise<number> {
  const flags = parseFlags('kubeconfig', DATA_DIR_FLAGS, argv, "Print the cluster's kubeconfig.");
  if (!flags) return 0;
  const dir = dataDirOf(flags);
  const text = dir.read('admin.kubeconfig');
  if (text === undefined) {
    console.error(`k8ts: no cluster was started in ${dir.path}; start one with "k8ts up --data-dir ${dir.path}"`);
    return 1;
  }
  process.stdout.write(text);
  return 0;
}
