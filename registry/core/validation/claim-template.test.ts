import { describe, expect, it } from '@jest/globals';
import { noteEmptied } from '../../../apimachinery/schema/emptied.ts';
import type { PersistentVolumeClaimTemplate } from '../../../apimachinery/types/core.gen.ts';
import { Path } from '../../../apimachinery/validation/field.ts';
import { told } from '../testing/objects.ts';
import { templateMetadata } from './claim-template.ts';

type Metadata = NonNullable<PersistentVolumeClaimTemplate['metadata']>;
const errors = (metadata: object): readonly string[] => told(templateMetadata(metadata as Metadata, Path.of('spec', 'metadata')));

describe('the metadata of a template', () => {
  it('may have labels and annotations', () => {
    expect(errors({ labels: { a: 'b' }, annotations: { c: 'd' }, name: '' })).toEqual([]);
  });

  it('may have nothing else, in the order and under the names of the Go type', () => {
    expect(errors({ finalizers: ['a.b/c'], uid: 'u', name: 'x' })).toEqual([
      'spec.metadata.name: Forbidden: cannot be set',
      'spec.metadata.uID: Forbidden: cannot be set',
      'spec.metadata.finalizers: Forbidden: cannot be set',
    ]);
  });

  it('may not have an empty list either', () => {
    const metadata = {};
    noteEmptied(metadata, 'ownerReferences');
    expect(errors(metadata)).toEqual(['spec.metadata.ownerReferences: Forbidden: cannot be set']);
  });
});
