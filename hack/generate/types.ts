/** apimachinery/types/<group>.gen.ts: a TypeScript type and a handle for every struct of the served group versions. */
import type { APIResourceFact, DiscoveryFact, FieldFact, TypesFact } from './facts.ts';

interface Module {
  /** `core`, `autoscaling-v1`. */
  file: string;
  /** OpenAPI prefix of its types. */
  prefix: string;
  group: string;
  version: string;
}

/** The group versions that get TypeScript types. A bare file name is the group's preferred version. */
export const MODULES: readonly Module[] = [
  { file: 'meta', prefix: 'io.k8s.apimachinery.pkg.apis.meta.v1', group: 'meta.k8s.io', version: 'v1' },
  { file: 'core', prefix: 'io.k8s.api.core.v1', group: '', version: 'v1' },
  { file: 'apps', prefix: 'io.k8s.api.apps.v1', group: 'apps', version: 'v1' },
  { file: 'batch', prefix: 'io.k8s.api.batch.v1', group: 'batch', version: 'v1' },
  { file: 'autoscaling', prefix: 'io.k8s.api.autoscaling.v2', group: 'autoscaling', version: 'v2' },
  { file: 'autoscaling-v1', prefix: 'io.k8s.api.autoscaling.v1', group: 'autoscaling', version: 'v1' },
  { file: 'policy', prefix: 'io.k8s.api.policy.v1', group: 'policy', version: 'v1' },
  { file: 'scheduling', prefix: 'io.k8s.api.scheduling.v1', group: 'scheduling.k8s.io', version: 'v1' },
  { file: 'storage', prefix: 'io.k8s.api.storage.v1', group: 'storage.k8s.io', version: 'v1' },
  { file: 'coordination', prefix: 'io.k8s.api.coordination.v1', group: 'coordination.k8s.io', version: 'v1' },
  { file: 'discovery', prefix: 'io.k8s.api.discovery.v1', group: 'discovery.k8s.io', version: 'v1' },
  { file: 'networking', prefix: 'io.k8s.api.networking.v1', group: 'networking.k8s.io', version: 'v1' },
  { file: 'node', prefix: 'io.k8s.api.node.v1', group: 'node.k8s.io', version: 'v1' },
  { file: 'certificates', prefix: 'io.k8s.api.certificates.v1', group: 'certificates.k8s.io', version: 'v1' },
  { file: 'rbac', prefix: 'io.k8s.api.rbac.v1', group: 'rbac.authorization.k8s.io', version: 'v1' },
  { file: 'flowcontrol', prefix: 'io.k8s.api.flowcontrol.v1', group: 'flowcontrol.apiserver.k8s.io', version: 'v1' },
  { file: 'resource', prefix: 'io.k8s.api.resource.v1', group: 'resource.k8s.io', version: 'v1' },
  { file: 'admissionregistration', prefix: 'io.k8s.api.admissionregistration.v1', group: 'admissionregistration.k8s.io', version: 'v1' },
  { file: 'apiregistration', prefix: 'io.k8s.kube-aggregator.pkg.apis.apiregistration.v1', group: 'apiregistration.k8s.io', version: 'v1' },
  { file: 'apiextensions', prefix: 'io.k8s.apiextensions-apiserver.pkg.apis.apiextensions.v1', group: 'apiextensions.k8s.io', version: 'v1' },
  { file: 'events', prefix: 'io.k8s.api.events.v1', group: 'events.k8s.io', version: 'v1' },
  { file: 'authentication', prefix: 'io.k8s.api.authentication.v1', group: 'authentication.k8s.io', version: 'v1' },
  { file: 'authorization', prefix: 'io.k8s.api.authorization.v1', group: 'authorization.k8s.io', version: 'v1' },
  { file: 'admission', prefix: 'io.k8s.api.admission.v1', group: 'admission.k8s.io', version: 'v1' },
  { file: 'apidiscovery', prefix: 'io.k8s.api.apidiscovery.v2', group: 'apidiscovery.k8s.io', version: 'v2' },
];

const SCALARS: Record<string, string> = {
  string: 'string',
  bool: 'boolean',
  int32: 'number',
  int64: 'number',
  double: 'number',
  bytes: 'string',
  quantity: 'string',
  time: 'string',
  microTime: 'string',
  duration: 'string',
  intOrString: 'number | string',
  fieldsV1: 'Record<string, unknown>',
  raw: 'unknown',
};
/** Always there in an object that was read; what a client sends is a Draft. */
const ALWAYS = new Set(['io.k8s.apimachinery.pkg.apis.meta.v1.ObjectMeta.name', 'io.k8s.apimachinery.pkg.apis.meta.v1.ObjectMeta.namespace', 'io.k8s.apimachinery.pkg.apis.meta.v1.ObjectMeta.uid', 'io.k8s.apimachinery.pkg.apis.meta.v1.ObjectMeta.resourceVersion', 'io.k8s.apimachinery.pkg.apis.meta.v1.ObjectMeta.creationTimestamp']);
const PROPS = 'io.k8s.apiextensions-apiserver.pkg.apis.apiextensions.v1.JSONSchemaProps';

class Writer {
  readonly imports = new Set<string>();
  readonly module: Module;
  constructor(module: Module) {
    this.module = module;
  }

  typeText(type: string): string {
    if (type.startsWith('[]')) return `${parens(this.typeText(type.slice(2)))}[]`;
    if (type.startsWith('map[string]')) return `Record<string, ${this.typeText(type.slice(11))}>`;
    if (type === 'schemaOrBool') return `${this.ref(PROPS)} | boolean`;
    if (type === 'schemaOrArray') return `${this.ref(PROPS)} | ${this.ref(PROPS)}[]`;
    if (type === 'schemaOrStrings') return `${this.ref(PROPS)} | string[]`;
    return SCALARS[type] ?? this.ref(type);
  }

  ref(type: string): string {
    const dot = type.lastIndexOf('.');
    const prefix = type.slice(0, dot);
    const name = type.slice(dot + 1);
    if (prefix === this.module.prefix) return name;
    const other = MODULES.find((m) => m.prefix === prefix);
    if (!other) throw new Error(`no module holds ${type}`);
    this.imports.add(other.file);
    return `${identifier(other.file)}.${name}`;
  }

  field(typeName: string, f: FieldFact): string {
    const name = /^[A-Za-z_$][\w$]*$/.test(f.name) ? f.name : JSON.stringify(f.name);
    const text = this.typeText(f.type);
    if (ALWAYS.has(`${typeName}.${f.name}`) || (isRoot(f) && !typeName.endsWith('.Status'))) return `  ${name}: ${text};`;
    const isStruct = text === SCALARS[f.type] ? f.type === 'time' || f.type === 'microTime' : f.type.startsWith('io.k8s.');
    if (f.omit === 'never') return `  ${name}: ${f.pointer || isNullable(f.type) ? `${text} | null` : text};`;
    if (f.pointer || f.omit === 'zero' || !isStruct) return `  ${name}?: ${text};`;
    return `  ${name}: ${f.type.startsWith('io.k8s.') ? text : `${text} | null`};`;
  }
}

const isRoot = (f: FieldFact): boolean => (f.name === 'kind' || f.name === 'apiVersion') && f.number === undefined;
const isNullable = (type: string): boolean => type.startsWith('[]') || type.startsWith('map[') || type === 'time' || type === 'microTime' || type === 'bytes';
const parens = (text: string): string => (text.includes('|') ? `(${text})` : text);
const identifier = (file: string): string => file.replace(/-(\w)/g, (_, c: string) => c.toUpperCase());

function hasTypeMeta(fields: FieldFact[]): boolean {
  return fields.some((f) => f.name === 'kind' && f.number === undefined) && fields.some((f) => f.name === 'apiVersion' && f.number === undefined);
}

function handle(module: Module, typeName: string, name: string, fields: FieldFact[], resources: readonly APIResourceFact[]): string {
  const doc = `export const ${name}: `;
  const resource = resources.find((r) => r.kind === name && !r.name.includes('/') && (r.group ?? module.group) === module.group);
  const q = JSON.stringify;
  if (resource && hasTypeMeta(fields)) {
    return `${doc}ResourceType<${name}> = resourceType(${q(typeName)}, ${q(module.group)}, ${q(module.version)}, ${q(name)}, ${q(resource.name)}, ${q(resource.singularName)}, ${resource.namespaced});`;
  }
  if (hasTypeMeta(fields)) return `${doc}KindType<${name}> = kindType(${q(typeName)}, ${q(module.group)}, ${q(module.version)}, ${q(name)});`;
  return `${doc}StructType<${name}> = structType(${q(typeName)});`;
}

/** The text of one module. */
export function typesModule(module: Module, facts: TypesFact, discovery: readonly DiscoveryFact[]): string {
  const writer = new Writer(module);
  const gv = module.group === '' ? module.version : `${module.group}/${module.version}`;
  const resources = discovery.find((d) => d.groupVersion === gv)?.resources ?? [];
  const parts: string[] = [];
  for (const [typeName, fields] of Object.entries(facts.types)) {
    if (!typeName.startsWith(`${module.prefix}.`) || typeName.slice(module.prefix.length + 1).includes('.')) continue;
    const name = typeName.slice(module.prefix.length + 1);
    const lines = fields.map((f) => writer.field(typeName, f));
    const body = fields.length === 0 ? `export type ${name} = Record<string, never>;` : `export interface ${name} {\n${lines.join('\n')}\n}`;
    parts.push(`${body}\n${handle(module, typeName, name, fields, resources)}`);
  }
  const used = ['kindType', 'resourceType', 'structType'].filter((fn) => parts.some((p) => p.includes(` ${fn}(`)));
  const types = used.map((fn) => `type ${fn[0]?.toUpperCase()}${fn.slice(1)}`);
  const imports = [...writer.imports].sort().map((f) => `import type * as ${identifier(f)} from './${f}.gen.ts';`);
  return `import { ${[...used, ...types].join(', ')} } from './type.ts';\n${imports.join('\n')}\n\n${parts.join('\n\n')}\n`;
}
