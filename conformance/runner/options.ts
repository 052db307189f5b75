/** The runner's command line. */
import { Flags, FlagError, type FlagSpec } from '../../component-base/flags.ts';

export const FLAGS: readonly FlagSpec[] = [
  { name: 'e2e-binary', type: 'string', default: '', description: "upstream's e2e.test (../shared/peers/build.sh builds it)" },
  { name: 'ginkgo-binary', type: 'string', default: '', description: 'ginkgo, for --procs above 1' },
  { name: 'kubeconfig', type: 'string', default: '', description: 'the cluster to judge; absent: a simulated one is started for the run' },
  { name: 'focus', type: 'string', default: '', description: 'regular expression of the specs to run' },
  { name: 'skip', type: 'string', default: '', description: 'regular expression of specs to leave out' },
  { name: 'names', type: 'string', default: '', description: 'a file with one spec name a line: run exactly those' },
  { name: 'out', type: 'string', default: 'conformance-report', description: 'folder of junit.xml, report.json, report.md and e2e.log' },
  { name: 'nodes', type: 'int', default: '2', description: 'nodes of the cluster that is started' },
  { name: 'procs', type: 'int', default: '1', description: 'specs at the same time' },
  { name: 'timeout', type: 'duration', default: '2h', description: 'for the whole run' },
];

export interface RunnerOptions {
  readonly e2eBinary: string;
  readonly ginkgoBinary: string;
  readonly kubeconfig: string;
  readonly focus: string;
  readonly skip: string;
  readonly out: string;
  readonly nodes: number;
  readonly procs: number;
  readonly timeoutMs: number;
}

/** Names of specs as one regular expression. Ginkgo matches it against the name with the suite's title before it and labels behind it: it cannot be anchored. */
export function focusOf(names: readonly string[]): string {
  return names.length === 0 ? '' : `(${names.map((n) => n.replace(/[.*+?^${}()|[\]\\]/g, '\\$&')).join('|')})`;
}

/** Lines of a list of names: comments and blank lines are passed over. */
export function namesIn(text: string): string[] {
  return text.split('\n').map((l) => l.trim()).filter((l) => l !== '' && !l.startsWith('#'));
}

export function parseOptions(argv: readonly string[], readText: (file: string) => string): RunnerOptions {
  const flags = new Flags(FLAGS, argv);
  const names = flags.string('names') === '' ? [] : namesIn(readText(flags.string('names')));
  if (flags.string('e2e-binary') === '') throw new FlagError('--e2e-binary is required: the path of upstream\'s e2e.test');
  if (names.length > 0 && flags.isSet('focus')) throw new FlagError('--names and --focus exclude each other');
  if (flags.number('procs') > 1 && flags.string('ginkgo-binary') === '') throw new FlagError('--procs above 1 needs --ginkgo-binary');
  return {
    e2eBinary: flags.string('e2e-binary'),
    ginkgoBinary: flags.string('ginkgo-binary'),
    kubeconfig: flags.string('kubeconfig'),
    focus: names.length > 0 ? focusOf(names) : flags.string('focus') || '\\[Conformance\\]',
    skip: flags.string('skip'),
    out: flags.string('out'),
    nodes: flags.number('nodes'),
    procs: flags.number('procs'),
    timeoutMs: flags.duration('timeout'),
  };
}
