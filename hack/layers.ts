/**
 * Checks the finer import rules of DESIGN.md, which project references alone cannot: tsc lets a folder import what its references import.
 * The table below is the permission list; an entry that nothing uses fails as well. Run by `npm run check`.
 */
import { readFileSync } from 'node:fs';
import { dirname, join, normalize, relative } from 'node:path';
import { root } from './generate/facts.ts';
import { sourceFiles } from './source-files.ts';

/** Folder to the folders it may import. To allow an arrow, add it here and to the folder's tsconfig.json. */
export const ALLOWED: Readonly<Record<string, readonly string[]>> = {
  'component-base': [],
  apimachinery: ['component-base'],
  storage: ['apimachinery', 'component-base'],
  registry: ['storage', 'apimachinery', 'component-base'],
  api: ['registry', 'storage', 'apimachinery', 'component-base'],
  client: ['apimachinery', 'component-base'],
  controllers: ['client', 'apimachinery', 'component-base'],
  scheduler: ['client', 'apimachinery', 'component-base'],
  kubelet: ['client', 'apimachinery', 'component-base'],
  'kube-proxy': ['client', 'apimachinery', 'component-base'],
  cluster: ['api', 'registry', 'storage', 'client', 'controllers', 'scheduler', 'kubelet', 'kube-proxy', 'apimachinery', 'component-base'],
  cmd: ['cluster', 'component-base'],
  conformance: ['client', 'apimachinery', 'component-base'],
  // cmd: the bundle is made of its programs (hack/bundle).
  hack: ['apimachinery', 'cmd'],
};

/** Where `node:` modules and native packages may be imported (a path prefix each). Tests may use them anywhere. */
export const RIMS: readonly string[] = [
  'component-base/metrics',
  'component-base/flags',
  'component-base/lifecycle',
  'storage/lmdb/',
  'storage/etcd/',
  // Certificates that users hand in are judged by OpenSSL.
  'registry/certificates/validation/pem',
  'registry/core/warnings/secret',
  'api/server/',
  'api/egress/',
  'client/transport/',
  'client/kubeconfig',
  'kubelet/runtime/',
  'kubelet/volumes/',
  'kubelet/server/',
  'kubelet/network/',
  'kubelet/certificates/',
  'kube-proxy/backends/',
  'kube-proxy/dns/',
  'cluster/',
  'cmd/',
  'conformance/',
  'hack/',
];

/** Inside one folder: what may not import what. */
const FORBIDDEN: readonly { from: RegExp; to: RegExp; why: string }[] = [
  { from: /^api\//, to: /^registry\/(?!generic\/|index\.ts$|testing\/)/, why: 'api knows ResourceDefinition, never a resource (import registry/generic)' },
  { from: /^apimachinery\/schema\//, to: /^apimachinery\/(patch\/|serializer\/(?!json))/, why: 'the schema model stands below patch, protobuf, YAML and negotiation (the parser of JSON text stands below it)' },
];

/** Packages that are pure JavaScript and touch no machine: allowed anywhere. */
const PURE_PACKAGES = new Set(['re2js', 'yaml', 'jose', 'croner', 'ipaddr.js', '@peculiar/x509', 'reflect-metadata']);

const IMPORT = /(?:^|\n)\s*(?:import|export)\s[^'"`;]*?from\s*['"]([^'"]+)['"]|(?:^|\n)\s*import\s*['"]([^'"]+)['"]|\bimport\(\s*['"]([^'"]+)['"]\s*\)/g;

export function importsOf(text: string): string[] {
  return [...text.matchAll(IMPORT)].map((m) => m[1] ?? m[2] ?? m[3] ?? '');
}

const packageOf = (spec: string): string => spec.split('/').slice(0, spec.startsWith('@') ? 2 : 1).join('/');

function outsideProblem(path: string, spec: string, used: Set<string>): string | undefined {
  const rim = RIMS.find((r) => path.startsWith(r));
  if (rim !== undefined) {
    used.add(rim);
    return undefined;
  }
  if (path.endsWith('.test.ts') || path.includes('/testing/') || PURE_PACKAGES.has(packageOf(spec))) return undefined;
  return `${path} imports ${spec}: machine-bound modules belong at the rims (RIMS in hack/layers.ts)`;
}

function insideProblem(path: string, target: string, used: Set<string>): string | undefined {
  const [from = '', to = ''] = [path.split('/')[0], target.split('/')[0]];
  for (const rule of FORBIDDEN) if (rule.from.test(path) && rule.to.test(target) && !path.endsWith('.test.ts')) return `${path} imports ${target}: ${rule.why}`;
  if (from === to) return undefined;
  used.add(`${from} -> ${to}`);
  if (ALLOWED[from]?.includes(to)) return undefined;
  return `${path} imports ${target}: ${from} may import only ${ALLOWED[from]?.join(', ') || 'nothing'} (ALLOWED in hack/layers.ts)`;
}

/** Problems of one file. `used` collects the permissions that were needed. */
export function fileProblems(path: string, text: string, used: Set<string>): string[] {
  if (path.startsWith('test/')) return [];
  const problems = importsOf(text).map((spec) =>
    spec.startsWith('.') ? insideProblem(path, normalize(join(dirname(path), spec)), used) : outsideProblem(path, spec, used),
  );
  return problems.filter((p) => p !== undefined);
}

function staleProblems(used: Set<string>): string[] {
  const arrows = Object.entries(ALLOWED).flatMap(([from, tos]) => tos.filter((to) => !used.has(`${from} -> ${to}`)).map((to) => `stale permission: no file of ${from} imports ${to}`));
  return [...arrows, ...RIMS.filter((r) => !used.has(r)).map((r) => `stale permission: no file under ${r} imports a machine-bound module`)];
}

/** Cycles between files, each told once. */
export function cycles(graph: ReadonlyMap<string, readonly string[]>): string[][] {
  const state = new Map<string, 'open' | 'done'>();
  const found: string[][] = [];
  const visit = (file: string, trail: string[]): void => {
    if (state.get(file) === 'done') return;
    if (state.get(file) === 'open') {
      found.push([...trail.slice(trail.indexOf(file)), file]);
      return;
    }
    state.set(file, 'open');
    for (const next of graph.get(file) ?? []) visit(next, [...trail, file]);
    state.set(file, 'done');
  };
  for (const file of graph.keys()) visit(file, []);
  return found;
}

/** Types count: files that name each other's types cannot be read one by one either. */
function importedFiles(path: string, text: string): string[] {
  return importsOf(text).filter((s) => s.startsWith('.')).map((s) => normalize(join(dirname(path), s)));
}

function main(): void {
  const used = new Set<string>();
  const graph = new Map<string, string[]>();
  const problems: string[] = [];
  for (const file of sourceFiles()) {
    const path = relative(root, file);
    const text = readFileSync(file, 'utf8');
    problems.push(...fileProblems(path, text, used));
    graph.set(path, importedFiles(path, text));
  }
  problems.push(...staleProblems(used), ...cycles(graph).map((c) => `import cycle: ${c.join(' -> ')}`));
  for (const p of problems) console.error(p);
  if (problems.length > 0) process.exitCode = 1;
  else console.log(`layers: ${graph.size} files keep the rules`);
}

if (process.argv[1]?.endsWith('layers.js')) main();
