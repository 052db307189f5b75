/** `npm run bar:oracle [-- replay|mutate|converge|transcripts ...]`: how much of what the real server answered ours answers, too. Reports scores; no threshold. */
import { helmPath, Kubectl, kubectlPath } from '../harness/kubectl.ts';
import { bar, shared, show, startBarCluster } from './setting.ts';

const PARTS = ['replay', 'mutate', 'converge', 'transcripts'];

async function onApiServer(script: string, ...args: readonly string[]): Promise<void> {
  const cluster = await startBarCluster('--storage', 'memory', '--components', 'apiserver');
  try {
    await show(process.execPath, [shared('oracle', script), '--kubeconfig', cluster.kubeconfig, ...args]);
  } finally {
    await cluster.stop();
  }
}

/** Controllers, scheduler, and the three Node objects that no kubelet owns. */
async function onCluster(script: string, ...args: readonly string[]): Promise<void> {
  const cluster = await startBarCluster('--storage', 'memory', '--nodes', '0');
  try {
    await new Kubectl(cluster.kubeconfig).run(['apply', '-f', shared('oracle', 'transcripts', 'nodes.yaml')]);
    await show(process.execPath, [shared('oracle', script), '--kubeconfig', cluster.kubeconfig, ...args]);
  } finally {
    await cluster.stop();
  }
}

await bar(async () => {
  const asked = process.argv.slice(2);
  for (const part of asked.length > 0 ? asked : PARTS) {
    console.log(`== ${part}`);
    if (part === 'replay') for (const area of ['machinery', 'core', 'groups', 'extend']) await onApiServer('replay.mjs', '--corpus', shared('oracle', 'corpus', area), '--diff', '0');
    else if (part === 'mutate') await onApiServer('mutate.mjs', '--replay', shared('oracle', 'mutations', 'given.jsonl'));
    else if (part === 'converge') await onCluster('converge.mjs');
    else if (part === 'transcripts') await onCluster('transcripts.mjs', '--kubectl', kubectlPath(), '--helm', helmPath());
    else throw new Error(`"${part}" is no part of the oracle; use ${PARTS.join(', ')}`);
  }
});
