/**
 * CustomResourceDefinitions as upstream's servers store them: v1beta1, where parts that all versions share stand once. Only read; what is written is v1, which upstream reads.
 * Behaves like upstream apiextensions-apiserver/pkg/apis/apiextensions/v1beta1 and its conversion to v1.
 */
import * as apiextensions from '../../apimachinery/types/apiextensions.gen.ts';
import type { ResourceType } from '../../apimachinery/types/type.ts';

type CRD = apiextensions.CustomResourceDefinition;
type Version = apiextensions.CustomResourceDefinitionVersion;

interface Column extends Omit<apiextensions.CustomResourceColumnDefinition, 'jsonPath'> {
  JSONPath: string;
}
interface Conversion {
  strategy: string;
  webhookClientConfig?: apiextensions.WebhookClientConfig;
  conversionReviewVersions?: string[];
}
interface Parts {
  subresources?: apiextensions.CustomResourceSubresources;
  additionalPrinterColumns?: Column[];
  selectableFields?: apiextensions.SelectableField[];
}
interface BetaVersion extends Parts {
  name: string;
  served: boolean;
  storage: boolean;
  deprecated?: boolean;
  deprecationWarning?: string;
  schema?: apiextensions.CustomResourceValidation;
}
interface BetaSpec extends Parts {
  group: string;
  version?: string;
  names: apiextensions.CustomResourceDefinitionNames;
  scope: string;
  validation?: apiextensions.CustomResourceValidation;
  versions?: BetaVersion[];
  conversion?: Conversion;
  preserveUnknownFields?: boolean;
}
export interface BetaDefinition extends Omit<CRD, 'spec'> {
  spec: BetaSpec;
}

const { gvk, ...v1 } = apiextensions.CustomResourceDefinition;

/** Its schema is never asked for: stored definitions are JSON, and this version is not served. */
export const StoredDefinition: ResourceType<BetaDefinition> = { ...v1, gvk: { ...gvk, version: 'v1beta1' } } as ResourceType<BetaDefinition>;

const columnOf = ({ JSONPath, ...rest }: Column): apiextensions.CustomResourceColumnDefinition => ({ ...rest, jsonPath: JSONPath });

/** What stands above all versions holds for each. */
function versionOf(shared: BetaSpec, { name, served, storage, deprecated, deprecationWarning, ...own }: BetaVersion): Version {
  const schema = shared.validation ?? own.schema;
  const subresources = shared.subresources ?? own.subresources;
  const columns = shared.additionalPrinterColumns ?? own.additionalPrinterColumns;
  const selectableFields = shared.selectableFields ?? own.selectableFields;
  return {
    name,
    served,
    storage,
    ...(deprecated !== undefined && { deprecated }),
    ...(deprecationWarning !== undefined && { deprecationWarning }),
    ...(schema && { schema: structuredClone(schema) }),
    ...(subresources && { subresources: structuredClone(subresources) }),
    ...(columns && { additionalPrinterColumns: columns.map(columnOf) }),
    ...(selectableFields && { selectableFields: structuredClone(selectableFields) }),
  };
}

function conversionOf({ strategy, webhookClientConfig, conversionReviewVersions }: Conversion): apiextensions.CustomResourceConversion {
  if (!webhookClientConfig && !conversionReviewVersions) return { strategy };
  return { strategy, webhook: { ...(webhookClientConfig && { clientConfig: webhookClientConfig }), conversionReviewVersions: conversionReviewVersions ?? null } };
}

/** Takes over the object. */
export function toV1(crd: BetaDefinition): CRD {
  const { group, version, names, scope, versions = [], conversion, preserveUnknownFields = true } = crd.spec;
  const all = versions.length > 0 || version === undefined ? versions : [{ name: version, served: true, storage: true }];
  return {
    ...crd,
    spec: {
      group,
      names,
      scope,
      versions: all.map((v) => versionOf(crd.spec, v)),
      ...(conversion && { conversion: conversionOf(conversion) }),
      ...(preserveUnknownFields && { preserveUnknownFields }),
    },
  };
}
