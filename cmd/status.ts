/** `k8ts status`: whether the cluster of a data directory runs, and its nodes. */
import { nodeLines } from '../cluster/inspect.ts';
import { isAlive } from '../cluster/data-dir.ts';
import { dataDirOf, parseFlags } from './command.ts';
import { DATA_DIR_FLAGS } from './flags.ts';

export async function run(argv: readonly string[]): Promise<number> {
  const flags = parseFlags('status', DATA_DIR_FLAGS, argv, 'Show whether the cluster runs, and its nodes.');
  if (!flags) return 0;
  const dir = dataDirOf(flags);
  const pid = dir.ownerPid();
  const kubeconfig = dir.read('admin.kubeconfig');
  if (pid === undefined || !isAlive(pid) || kubeconfig === undefined) {
    console.log(`no cluster is running in ${dir.path}`);
    return 1;
  }
  const info = dir.info();
  console.log(`running as process ${pid}${info ? `, ${info.server}, store ${info.storage}, ${info.runtime} nodes` : ', still starting'}`);
  for (const line of await nodeLines(dir.file('admin.kubeconfig'))) console.log(line);
  return 0;
}
