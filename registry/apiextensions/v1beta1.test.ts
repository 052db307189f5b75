import { describe, expect, it } from '@jest/globals';
import { toV1, type BetaDefinition } from './v1beta1.ts';

const names = { plural: 'foos', kind: 'Foo' };
const stored = (spec: object): BetaDefinition =>
  ({ kind: 'CustomResourceDefinition', apiVersion: 'apiextensions.k8s.io/v1beta1', metadata: { name: 'foos.example.com' }, spec: { group: 'example.com', names, scope: 'Cluster', preserveUnknownFields: false, ...spec } }) as unknown as BetaDefinition;

describe('a stored v1beta1 definition', () => {
  it('gives each version what all of them share', () => {
    const validation = { openAPIV3Schema: { type: 'object' } };
    const { spec } = toV1(
      stored({
        version: 'v1',
        validation,
        subresources: { status: {} },
        additionalPrinterColumns: [{ name: 'Size', type: 'integer', JSONPath: '.spec.size' }],
        versions: [
          { name: 'v1', served: true, storage: true },
          { name: 'v2', served: true, storage: false },
        ],
      }),
    );
    const part = { schema: validation, subresources: { status: {} }, additionalPrinterColumns: [{ name: 'Size', type: 'integer', jsonPath: '.spec.size' }] };
    expect(spec).toEqual({
      group: 'example.com',
      names,
      scope: 'Cluster',
      versions: [
        { name: 'v1', served: true, storage: true, ...part },
        { name: 'v2', served: true, storage: false, ...part },
      ],
    });
  });

  it('keeps what versions do not share', () => {
    const [a, b] = [{ openAPIV3Schema: { type: 'object' } }, { openAPIV3Schema: { type: 'object', nullable: true } }];
    const { spec } = toV1(stored({ versions: [{ name: 'v1', served: true, storage: true, schema: a }, { name: 'v2', served: false, storage: false, deprecated: true, schema: b }] }));
    expect(spec.versions).toEqual([
      { name: 'v1', served: true, storage: true, schema: a },
      { name: 'v2', served: false, storage: false, deprecated: true, schema: b },
    ]);
  });

  it('makes a version of a lone name', () => {
    expect(toV1(stored({ version: 'v7' })).spec.versions).toEqual([{ name: 'v7', served: true, storage: true }]);
  });

  it('gathers what concerns the conversion webhook', () => {
    const webhookClientConfig = { service: { namespace: 'a', name: 'b' } };
    const { conversion } = toV1(stored({ versions: [], conversion: { strategy: 'Webhook', webhookClientConfig, conversionReviewVersions: ['v1'] } })).spec;
    expect(conversion).toEqual({ strategy: 'Webhook', webhook: { clientConfig: webhookClientConfig, conversionReviewVersions: ['v1'] } });
  });

  it('preserves unknown fields unless it says otherwise', () => {
    expect(toV1(stored({ preserveUnknownFields: undefined })).spec.preserveUnknownFields).toBe(true);
    expect(toV1(stored({})).spec.preserveUnknownFields).toBeUndefined();
  });
});
