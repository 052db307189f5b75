/**
 * `npm run conformance -- --e2e-binary PATH [--focus RE] [--kubeconfig FILE]`: runs upstream's own conformance specs, on any cluster, and writes junit, JSON and a readable report.
 * Knows nothing of k8ts but its command line.
 */
import { spawn } from 'node:child_process';
import { createWriteStream, existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { FlagError, flagUsage } from '../../component-base/flags.ts';
import { startSimulatedCluster } from './cluster.ts';
import { FLAGS, parseOptions, type RunnerOptions } from './options.ts';
import { countOf, reportText, resultsOf, type GinkgoReport, type SpecResult } from './report.ts';

function command(options: RunnerOptions, kubeconfig: string): { program: string; args: string[] } {
  const out = resolve(options.out);
  const ginkgo = (name: string, value: string): string => (options.procs > 1 ? `--${name}=${value}` : `--ginkgo.${name}=${value}`);
  const selection = [ginkgo('focus', options.focus), ...(options.skip === '' ? [] : [ginkgo('skip', options.skip)]), ginkgo('timeout', `${Math.ceil(options.timeoutMs / 1000)}s`), ginkgo('no-color', 'true')];
  const upstream = ['--provider=skeleton', `--kubeconfig=${kubeconfig}`, '--allowed-not-ready-nodes=-1', '--disable-log-dump', `--report-dir=${out}`];
  if (options.procs > 1) return { program: options.ginkgoBinary, args: [`--procs=${options.procs}`, ...selection, `--output-dir=${out}`, '--json-report=report.json', '--junit-report=junit.xml', options.e2eBinary, '--', ...upstream] };
  return { program: options.e2eBinary, args: [...selection, ginkgo('json-report', join(out, 'report.json')), ginkgo('junit-report', join(out, 'junit.xml')), ...upstream] };
}

function runUpstream(options: RunnerOptions, kubeconfig: string): Promise<number> {
  const { program, args } = command(options, kubeconfig);
  const log = createWriteStream(join(options.out, 'e2e.log'));
  const child = spawn(program, args, { stdio: ['ignore', 'pipe', 'pipe'] });
  child.stdout.pipe(log, { end: false });
  child.stderr.pipe(log, { end: false });
  return new Promise((done, fail) => {
    child.once('error', (error) => fail(new Error(`${program} cannot be started`, { cause: error })));
    child.once('close', (code) => log.end(() => done(code ?? 1)));
  });
}

function writeReport(options: RunnerOptions): SpecResult[] {
  const file = join(options.out, 'report.json');
  if (!existsSync(file)) throw new Error(`upstream wrote no report: see ${join(options.out, 'e2e.log')}`);
  const results = resultsOf(JSON.parse(readFileSync(file, 'utf8')) as GinkgoReport[]);
  writeFileSync(join(options.out, 'report.md'), reportText(results, 'Conformance of Kubernetes v1.35'));
  writeFileSync(join(options.out, 'passed.txt'), results.filter((r) => r.verdict === 'passed').map((r) => `${r.name}\n`).sort().join(''));
  return results;
}

async function main(): Promise<void> {
  const options = parseOptions(process.argv.slice(2), (file) => readFileSync(file, 'utf8'));
  mkdirSync(options.out, { recursive: true });
  const own = options.kubeconfig === '' ? await startSimulatedCluster(options.nodes) : undefined;
  try {
    const code = await runUpstream(options, own?.kubeconfig ?? resolve(options.kubeconfig));
    const results = writeReport(options);
    for (const r of results.filter((x) => x.verdict === 'failed')) console.log(`failed: ${r.name}\n    ${r.message.split('\n')[0] ?? ''}`);
    console.log(`${countOf(results, 'passed')} passed, ${countOf(results, 'failed')} failed`);
    process.exitCode = code === 0 ? 0 : 1;
  } finally {
    await own?.stop();
  }
}

try {
  await main();
} catch (error) {
  console.error(error instanceof FlagError ? `${error.message}\n\n${flagUsage(FLAGS)}` : error instanceof Error ? error.message : String(error));
  process.exitCode = 2;
}
