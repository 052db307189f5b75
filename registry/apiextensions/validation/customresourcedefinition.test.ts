import { describe, expect, test } from '@jest/globals';
import type { CustomResourceDefinition, JSONSchemaProps } from '../../../apimachinery/types/apiextensions.gen.ts';
import { told } from '../../core/testing/objects.ts';
import { validateCustomResourceDefinition, validateCustomResourceDefinitionUpdate } from './customresourcedefinition.ts';
import { regexpProblem } from './regexp.ts';

type Spec = CustomResourceDefinition['spec'];
type Version = NonNullable<Spec['versions']>[number];

const rooted = (properties: Record<string, JSONSchemaProps>): JSONSchemaProps => ({ type: 'object', properties });
const version = (schema: JSONSchemaProps, change: Partial<Version> = {}): Version => ({
  name: 'v1',
  served: true,
  storage: true,
  schema: { openAPIV3Schema: schema },
  ...change,
});

function crd(change: Partial<Spec> = {}, meta: object = {}): CustomResourceDefinition {
  const spec: Spec = {
    group: 'shop.example.com',
    scope: 'Namespaced',
    names: { plural: 'widgets', singular: 'widget', kind: 'Widget', listKind: 'WidgetList' },
    versions: [version(rooted({}))],
    conversion: { strategy: 'None' },
    ...change,
  };
  const status = { conditions: null, acceptedNames: { plural: '', kind: '' }, storedVersions: ['v1'] };
  const metadata = { name: 'widgets.shop.example.com', ...meta } as CustomResourceDefinition['metadata'];
  return { apiVersion: 'apiextensions.k8s.io/v1', kind: 'CustomResourceDefinition', metadata, spec, status };
}

const ROOT = 'spec.validation.openAPIV3Schema';

describe('definitions', () => {
  const rows: readonly (readonly [string, Partial<Spec>, readonly string[]])[] = [
    ['right', {}, []],
    [
      'a group without a dot',
      { group: 'shop' },
      [
        'metadata.name: Invalid value: "widgets.shop.example.com": must be spec.names.plural+"."+spec.group',
        'spec.group: Invalid value: "shop": should be a domain with at least one dot',
      ],
    ],
    [
      'no versions',
      { versions: null },
      [
        'spec.versions: Invalid value: null: must have exactly one version marked as storage version',
        'status.storedVersions[0]: Invalid value: "v1": missing from spec.versions; v1 was previously a storage version, and must remain in spec.versions until a storage migration ensures no data remains persisted in v1 and removes v1 from status.storedVersions',
      ],
    ],
    [
      'equal kinds',
      { names: { plural: 'widgets', singular: 'widget', kind: 'Widget', listKind: 'Widget' } },
      ['spec.names.listKind: Invalid value: "Widget": kind and listKind may not be the same'],
    ],
    [
      'versions that differ keep their schema',
      { versions: [version(rooted({ a: {} })), version(rooted({}), { name: 'v2', storage: false })] },
      ['spec.versions[0].schema.openAPIV3Schema.properties[a].type: Required value: must not be empty for specified object fields'],
    ],
    [
      'a webhook without address',
      { conversion: { strategy: 'Webhook', webhook: { clientConfig: {}, conversionReviewVersions: ['v9'] } } },
      [
        'spec.conversion.webhookClientConfig: Required value: exactly one of url or service is required',
        'spec.conversion.conversionReviewVersions: Invalid value: ["v9"]: must include at least one of v1, v1beta1',
      ],
    ],
    [
      'a scale path',
      { versions: [version(rooted({}), { subresources: { scale: { specReplicasPath: '.status.n', statusReplicasPath: 'n' } } })] },
      [
        'spec.subresources.scale.specReplicasPath: Invalid value: ".status.n": should be a json path under .spec',
        'spec.subresources.scale.statusReplicasPath: Invalid value: "n": must be a simple json path starting with .',
      ],
    ],
    [
      'a selectable list',
      {
        versions: [
          version(rooted({ a: { type: 'array', items: { type: 'string' } } }), {
            selectableFields: [{ jsonPath: '.a' }, { jsonPath: '.b' }],
          }),
        ],
      },
      [
        'spec.selectableFields[0].jsonPath: Invalid value: ".a": must point to a field of type string, boolean or integer. Enum string fields and strings with formats are allowed.',
        'spec.selectableFields[1].jsonPath: Invalid value: ".b": is an invalid path: does not refer to a valid field',
      ],
    ],
  ];
  test.each(rows)('%s', (_name, change, errors) => {
    expect(told(validateCustomResourceDefinition(crd(change)))).toEqual(errors);
  });

  test('a protected group needs an approval', () => {
    const annotated = (text: string): CustomResourceDefinition =>
      crd({ group: 'x.k8s.io' }, { name: 'widgets.x.k8s.io', annotations: { 'api-approved.kubernetes.io': text } });
    expect(validateCustomResourceDefinition(annotated('unapproved, a test'))).toEqual([]);
    expect(validateCustomResourceDefinition(annotated('https://example.com/1'))).toEqual([]);
    expect(told(validateCustomResourceDefinition(annotated('soon')))[0]).toMatch(
      /^metadata\.annotations\[api-approved\.kubernetes\.io\]: Invalid value: "soon"/,
    );
  });

  test('what was not structural may stay so', () => {
    const old = crd({ preserveUnknownFields: true, versions: [version(rooted({ a: {} }))] });
    expect(validateCustomResourceDefinitionUpdate(structuredClone(old), old)).toEqual([]);
    const now = crd({ versions: [version(rooted({ a: {} }))] });
    expect(told(validateCustomResourceDefinitionUpdate(now, old))).toHaveLength(1);
  });
});

describe('schemas', () => {
  const rows: readonly (readonly [string, JSONSchemaProps, readonly string[]])[] = [
    ['int or string', { 'x-kubernetes-int-or-string': true, anyOf: [{ type: 'integer' }, { type: 'string' }] }, []],
    [
      'a type within a junctor',
      { type: 'string', anyOf: [{ type: 'string', minLength: 1 }] },
      ['.anyOf[0].type: Forbidden: must be empty to be structural'],
    ],
    [
      'an unknown type',
      { type: 'date' },
      ['.type: Unsupported value: "date": supported values: "array", "boolean", "integer", "number", "object", "string"'],
    ],
    ['an array of nothing', { type: 'array' }, ['.items: Required value: must be specified']],
    ['references', { type: 'string', $ref: '#/x' }, ['.$ref: Forbidden: $ref is not supported']],
    [
      'a map list without keys',
      { type: 'array', 'x-kubernetes-list-type': 'map', items: { type: 'object' } },
      ['.x-kubernetes-list-map-keys: Required value: must not be empty if x-kubernetes-list-type is map'],
    ],
    [
      'an optional key',
      { type: 'array', 'x-kubernetes-list-type': 'map', 'x-kubernetes-list-map-keys': ['k'], items: rooted({ k: { type: 'string' } }) },
      [
        '.items.properties[k].default: Required value: this property is in x-kubernetes-list-map-keys, so it must have a default or be a required property',
      ],
    ],
    [
      'unknown members in a default',
      { ...rooted({ b: { type: 'string' } }), default: { c: 1 } },
      ['.default: Invalid value: {"c":1}: must not have unknown fields'],
    ],
    [
      'a pattern',
      { type: 'string', pattern: '[a' },
      ['.pattern: Invalid value: "[a": must be a valid regular expression, but isn\'t: error parsing regexp: missing closing ]: `[a`'],
    ],
    [
      'a rule without expression',
      { type: 'object', 'x-kubernetes-validations': [{ rule: ' ', fieldPath: '.q' }] },
      [
        '.x-kubernetes-validations[0].rule: Required value: rule is not specified',
        '.x-kubernetes-validations[0].fieldPath: Invalid value: ".q": must be a valid path',
      ],
    ],
  ];
  test.each(rows)('%s', (_name, schema, errors) => {
    const found = told(validateCustomResourceDefinition(crd({ versions: [version(rooted({ a: schema }))] })));
    expect(found).toEqual(errors.map((e) => `${ROOT}.properties[a]${e}`));
  });

  test('metadata is implied', () => {
    const schema = rooted({ metadata: { type: 'object', properties: { name: { type: 'string', maxLength: 5 } } } });
    expect(validateCustomResourceDefinition(crd({ versions: [version(schema)] }))).toEqual([]);
    const more = rooted({ metadata: { type: 'object', properties: { labels: { type: 'object' } } } });
    expect(told(validateCustomResourceDefinition(crd({ versions: [version(more)] })))).toEqual([
      `${ROOT}.properties[metadata]: Forbidden: must not specify anything other than name and generateName, but metadata is implicitly specified`,
    ]);
  });
});

test.each([
  ['^[a-z0-9]([-a-z0-9]*[a-z0-9])?$', undefined],
  [String.raw`^\d{1,3}(?:\.\d+)*\z`, undefined],
  ['[]a]', undefined],
  ['^(?!x)', 'invalid or unsupported Perl syntax: `(?!`'],
  ['(', 'missing closing ): `(`'],
  ['a)', 'unexpected ): `a)`'],
  ['*', 'missing argument to repetition operator: `*`'],
  ['a**', 'invalid nested repetition operator: `**`'],
  ['[z-a]', 'invalid character class range: `z-a`'],
  [String.raw`(a)\1`, 'invalid escape sequence: `\\1`'],
  ['a{1001}', 'invalid repeat count: `{1001}`'],
])('pattern %s', (pattern, problem) => {
  expect(regexpProblem(pattern)).toBe(problem && `error parsing regexp: ${problem}`);
});
