/** `node dist/conformance/suites/run.js --kubeconfig FILE`: the smoke checks on any cluster. */
import { Flags } from '../../component-base/flags.ts';
import { transportFromKubeconfig } from '../../client/kubeconfig.ts';
import { newClient } from '../../client/rest.ts';
import { runSuite } from './suite.ts';
import workloads from './workloads.ts';

const flags = new Flags([{ name: 'kubeconfig', type: 'string', default: process.env['KUBECONFIG'] ?? '' }], process.argv.slice(2));
const client = newClient(transportFromKubeconfig(flags.string('kubeconfig'), { 'user-agent': 'k8ts-smoke' }));
try {
  process.exitCode = (await runSuite(client, workloads, (line) => console.log(line))) === 0 ? 0 : 1;
} finally {
  await client.close();
}
