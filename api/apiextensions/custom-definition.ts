/** From a CustomResourceDefinition to the ResourceDefinition under which its objects take the common road. Behaves like upstream apiextensions-apiserver/pkg/apiserver/customresource_handler.go. */
import { newForbidden } from '../../apimachinery/errors.ts';
import { compileCustomResource } from '../../apimachinery/schema/openapi-compile.ts';
import { setSchemaDefaults } from '../../apimachinery/schema/defaults.ts';
import type { Struct } from '../../apimachinery/schema/model.ts';
import type { CustomResourceDefinition, CustomResourceDefinitionVersion } from '../../apimachinery/types/apiextensions.gen.ts';
import type { DeepReadonly } from '../../apimachinery/types/type.ts';
import type { Verb } from '../../registry/generic/context.ts';
import type { Converter, ResourceDefinition, ScalePaths, Subresource, Version } from '../../registry/generic/definition.ts';
import { compareVersions } from '../discovery/group-order.ts';
import { customStatusStrategy, customStrategy, type CustomVersion } from './custom-strategy.ts';
import { jsonPath, jsonPathText } from './json-path.ts';
import { printerColumns } from './printer-columns.ts';
import { RuleValidator } from '../../apimachinery/structural/rules.ts';

type CRD = DeepReadonly<CustomResourceDefinition>;
type CRDVersion = DeepReadonly<CustomResourceDefinitionVersion>;

const VIEW_VERBS: readonly Verb[] = ['get', 'update', 'patch'];
/** In upstream's order, which discovery shows. */
const VERBS: readonly Verb[] = ['delete', 'deletecollection', 'get', 'list', 'patch', 'create', 'update', 'watch'];

/** `.spec.replicas` as names. */
const namesIn = (path: string): string[] => path.split('.').filter((name) => name !== '');

export interface Serving {
  /** Nothing is created while the CRD goes. */
  isTerminating(): boolean;
  /** How its webhook converts between versions; undefined: only apiVersion differs. */
  readonly convert?: Converter | undefined;
}

/** Throws for paths and patterns that cannot be read. */
export function customDefinition(crd: CRD, { isTerminating, convert }: Serving): ResourceDefinition {
  const { group, scope } = crd.spec;
  const { plural } = crd.spec.names;
  const declared = [...(crd.spec.versions ?? [])].sort((a, b) => Number(b.storage) - Number(a.storage));
  const made = declared.map((v) => ({ declared: v, schema: schemaOf(crd, v) }));
  const custom: CustomVersion[] = made.map((m) => ({ apiVersion: `${group}/${m.declared.name}`, hasStatus: m.declared.subresources?.status !== undefined, scale: m.declared.subresources?.scale, ...rulesOf(m.declared) }));
  return {
    storedAs: `${plural}.${group}`,
    storagePath: `${group}/${plural}`,
    scope: scope === 'Namespaced' ? 'Namespaced' : 'Cluster',
    storageVersion: { group, version: declared[0]?.name ?? '' },
    versions: made.map((m) => ({ ...versionOf(crd, m.declared, m.schema, convert !== undefined), ...(convert && { convert }) })),
    strategy: customStrategy(custom, (name) => {
      if (isTerminating()) throw newForbidden({ group, resource: plural }, name, 'create not allowed while custom resource definition is terminating');
    }),
    validates: 'requested',
    backing: 'stored',
    verbs: VERBS,
    subresources: subresourcesOf(group, declared, custom),
    epoch: crd.metadata.generation ?? 0,
    ...((convert || (crd.status.storedVersions ?? []).length > 1) && { convertsOnRead: true }),
  };
}

function rulesOf({ schema }: CRDVersion): Pick<CustomVersion, 'rules' | 'declared'> {
  const declared = schema?.openAPIV3Schema;
  return { declared, rules: declared && RuleValidator.of(declared) };
}

function schemaOf(crd: CRD, version: CRDVersion): Struct {
  return compileCustomResource(version.schema?.openAPIV3Schema as Parameters<typeof compileCustomResource>[0], crd.spec.preserveUnknownFields ?? false);
}

/** `hasOwnFields`: versions differ in more than apiVersion. */
function versionOf(crd: CRD, version: CRDVersion, schema: Struct, hasOwnFields: boolean): Version {
  const { names, group } = crd.spec;
  const accepted = crd.status.acceptedNames;
  return {
    gvk: { group, version: version.name, kind: names.kind },
    plural: names.plural,
    singular: names.singular ?? names.kind.toLowerCase(),
    listKind: names.listKind ?? `${names.kind}List`,
    shortNames: accepted.shortNames ?? [],
    categories: accepted.categories ?? [],
    served: version.served,
    ...(version.deprecated && { deprecation: version.deprecationWarning ?? deprecationOf(crd, version) }),
    schema,
    ...(version.schema?.openAPIV3Schema && { documentation: version.schema.openAPIV3Schema }),
    columns: printerColumns(version.additionalPrinterColumns as Parameters<typeof printerColumns>[0]),
    selectableFields: (version.selectableFields ?? []).map(({ jsonPath: path }) => {
      const find = jsonPath(path);
      const label = namesIn(path).join('.');
      return { label, ...(hasOwnFields && { key: `${version.name} ${label}` }), value: (obj) => jsonPathText(find(obj)) };
    }),
    setDefaults: (obj) => setSchemaDefaults(schema, obj),
  };
}

/** Names the version to use instead, if there is one. */
function deprecationOf({ spec }: CRD, { name }: CRDVersion): string {
  const said = `${spec.group}/${name} ${spec.names.kind} is deprecated`;
  const better = (spec.versions ?? []).filter((v) => v.served && !v.deprecated && compareVersions(v.name, name) > 0).map((v) => v.name);
  const [best] = better.sort((a, b) => compareVersions(b, a));
  return best === undefined ? said : `${said}; use ${spec.group}/${best} ${spec.names.kind}`;
}

function subresourcesOf(group: string, declared: readonly CRDVersion[], custom: readonly CustomVersion[]): ReadonlyMap<string, Subresource> {
  const subresources = new Map<string, Subresource>();
  const withStatus = custom.filter((v) => v.hasStatus);
  if (withStatus.length > 0) subresources.set('status', { kind: 'view', verbs: VIEW_VERBS, strategy: customStatusStrategy(withStatus), versions: new Set(withStatus.map((v) => v.apiVersion)) });
  const scales = declared.flatMap(({ name, subresources: s }) => (s?.scale ? [[`${group}/${name}`, scalePaths(s.scale.specReplicasPath, s.scale.statusReplicasPath, s.scale.labelSelectorPath)] as const] : []));
  const [first] = scales;
  if (first) subresources.set('scale', { kind: 'scale', verbs: VIEW_VERBS, paths: first[1], pathsIn: new Map(scales), versions: new Set(scales.map(([name]) => name)) });
  return subresources;
}

function scalePaths(spec: string, status: string, selector: string | undefined): ScalePaths {
  const find = selector === undefined || selector === '' ? () => [] : jsonPath(selector);
  return { spec: namesIn(spec), status: namesIn(status), selector: (obj) => jsonPathText(find(obj)) };
}
