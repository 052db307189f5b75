/** Schemas of custom resources as OpenAPI writes them, from what their author wrote. Behaves like upstream apiextensions-apiserver/pkg/controller/openapi (builder and v2). */
import type { JSONSchemaProps } from '../../apimachinery/types/apiextensions.gen.ts';
import type { DeepReadonly } from '../../apimachinery/types/type.ts';
import type { ServedResource } from './operation.ts';
import { META, refTo, type Json, type TextOf } from './schemas.ts';

type Props = DeepReadonly<JSONSchemaProps>;
/** v2 cannot say all: what it cannot say is left open. */
export type Dialect = 'v2' | 'v3';

/** Members that are repeated as they stand. */
const PLAIN = [
  'description', 'title', 'format', 'maximum', 'exclusiveMaximum', 'minimum', 'exclusiveMinimum', 'maxLength', 'minLength', 'pattern', 'maxItems', 'minItems', 'uniqueItems', 'multipleOf',
  'enum', 'maxProperties', 'minProperties', 'x-kubernetes-embedded-resource', 'x-kubernetes-int-or-string', 'x-kubernetes-list-map-keys', 'x-kubernetes-list-type', 'x-kubernetes-map-type',
  'x-kubernetes-preserve-unknown-fields', 'x-kubernetes-validations',
] as const;
const EMBEDDED = {
  apiVersion: 'apiVersion defines the versioned schema of this representation of an object. More info: https://git.k8s.io/community/contributors/devel/sig-architecture/api-conventions.md#resources',
  kind: 'kind is a string value representing the type of this object. In CamelCase. More info: https://git.k8s.io/community/contributors/devel/sig-architecture/api-conventions.md#types-kinds',
};
const POD = 'io.k8s.api.core.v1.Pod';

/** By name: each custom resource and its list. Built-ins give none. */
export function customSchemas(served: readonly ServedResource[], text: TextOf, dialect: Dialect): Record<string, Json> {
  const schemas: Record<string, Json> = {};
  for (const resource of served) {
    const { version, name, listName } = resource;
    if (version.schema.name !== undefined) continue;
    const { group, version: v, kind } = version.gvk;
    const selectable = version.selectableFields.map(({ label }) => ({ fieldPath: label }));
    const extensions = (ofKind: string): Json => ({ 'x-kubernetes-group-version-kind': [{ group, kind: ofKind, version: v }], ...(selectable.length > 0 && { 'x-kubernetes-selectable-fields': selectable }) });
    schemas[name] = { ...new Converter(text, dialect).root(resource), ...extensions(kind) };
    schemas[listName] = { ...listSchema(resource, text), ...extensions(version.listKind) };
  }
  return schemas;
}

function listSchema({ version, name }: ServedResource, text: TextOf): Json {
  const more = 'More info: https://git.k8s.io/community/contributors/devel/sig-architecture/api-conventions.md';
  return {
    description: `${version.listKind} is a list of ${version.gvk.kind}`,
    type: 'object',
    required: ['items'],
    properties: {
      apiVersion: described({ type: 'string' }, text(POD, 'apiVersion')),
      items: { description: `List of ${version.plural}. ${more}`, type: 'array', items: refTo(name) },
      kind: described({ type: 'string' }, text(POD, 'kind')),
      metadata: described({ allOf: [refTo(`${META}.ListMeta`)] }, text(`${POD}List`, 'metadata')),
    },
  };
}

function described(schema: Json, description: string | undefined): Json {
  return description === undefined ? schema : { description, ...schema };
}

class Converter {
  readonly #text: TextOf;
  readonly #dialect: Dialect;

  constructor(text: TextOf, dialect: Dialect) {
    this.#text = text;
    this.#dialect = dialect;
  }

  root({ version }: ServedResource): Json {
    const props = version.documentation;
    if (!props || (this.#dialect === 'v2' && version.schema.unknown === 'keep')) return { type: 'object' };
    const own = this.schema(props) as { properties?: Json };
    const meta = { apiVersion: described({ type: 'string' }, this.#text(POD, 'apiVersion')), kind: described({ type: 'string' }, this.#text(POD, 'kind')), metadata: this.#objectMeta() };
    return { ...own, properties: { ...own.properties, ...meta } };
  }

  #objectMeta(): Json {
    return described({ allOf: [refTo(`${META}.ObjectMeta`)] }, this.#text(POD, 'metadata'));
  }

  schema(props: Props): Json {
    const { nullable, 'x-kubernetes-preserve-unknown-fields': keeps } = props;
    const isOpen = this.#dialect === 'v2' && (nullable === true || keeps === true);
    const items = isOpen || !props.items || Array.isArray(props.items) ? undefined : this.schema(props.items as Props);
    const properties = isOpen ? undefined : this.#properties(props);
    const { additionalProperties: rest } = props;
    return {
      ...this.#typeOf(props, items !== undefined),
      ...Object.fromEntries(PLAIN.flatMap((name) => (props[name] === undefined ? [] : [[name, props[name]]]))),
      ...this.#restrictions(props),
      ...(this.#dialect === 'v3' && nullable === true && { nullable }),
      ...(props.default !== undefined && { default: props.default }),
      ...(items && { items }),
      ...(properties && { properties }),
      ...(rest !== undefined && { additionalProperties: typeof rest === 'boolean' ? rest : this.schema(rest as Props) }),
    };
  }

  /** v2 declares no type where more may stand than it can say. */
  #typeOf({ type, nullable, 'x-kubernetes-preserve-unknown-fields': keeps }: Props, hasItems: boolean): Json {
    const isOpen = this.#dialect === 'v2' && (nullable === true || (type === 'array' && !hasItems) || (keeps === true && type === 'object'));
    return type === undefined || type === '' || isOpen ? {} : { type };
  }

  #properties(props: Props): Json | undefined {
    const declared = Object.entries(props.properties ?? {}).map(([name, inner]) => [name, this.schema(inner)] as const);
    if (!this.#isEmbedded(props)) return props.properties && Object.fromEntries(declared);
    return { ...Object.fromEntries(declared), apiVersion: { description: EMBEDDED.apiVersion, type: 'string' }, kind: { description: EMBEDDED.kind, type: 'string' }, metadata: this.#objectMeta() };
  }

  /** Whether kind, apiVersion and metadata are written out. */
  #isEmbedded(props: Props): boolean {
    return props['x-kubernetes-embedded-resource'] === true && (this.#dialect === 'v3' || props['x-kubernetes-preserve-unknown-fields'] !== true);
  }

  #restrictions(props: Props): Json {
    const isNullable = (name: string): boolean => this.#dialect === 'v2' && props.properties?.[name]?.nullable === true;
    const required = [...(props.required ?? []).filter((name) => !isNullable(name)), ...(this.#isEmbedded(props) ? ['kind', 'apiVersion'] : [])];
    return { ...(required.length > 0 && { required: [...new Set(required)] }), ...(this.#dialect === 'v3' && junctors(props)) };
  }
}

/** allOf, anyOf, oneOf and not; of a number or text, the two types that it may have. */
function junctors(props: Props): Json {
  const given = Object.fromEntries((['allOf', 'anyOf', 'oneOf', 'not'] as const).flatMap((name) => (props[name] === undefined ? [] : [[name, props[name]]])));
  const isDeclared = props.anyOf !== undefined || (props.allOf ?? []).some((part) => part.anyOf !== undefined);
  return props['x-kubernetes-int-or-string'] === true && !isDeclared ? { ...given, anyOf: [{ type: 'integer' }, { type: 'string' }] } : given;
}
