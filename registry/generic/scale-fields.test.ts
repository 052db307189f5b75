import { describe, expect, it } from '@jest/globals';
import type { ManagedFieldsEntry } from '../../apimachinery/types/meta.gen.ts';
import { parentEntries, scaleEntries } from './scale-fields.ts';

const REPLICAS = (): readonly string[] => ['spec', 'replicas'];
const entry = (manager: string, fieldsV1: object, more: Partial<ManagedFieldsEntry> = {}): ManagedFieldsEntry =>
  ({ manager, operation: 'Update', apiVersion: 'apps/v1', time: '2026-01-01T00:00:00Z', fieldsType: 'FieldsV1', fieldsV1, ...more }) as ManagedFieldsEntry;
const owner = entry('owner', { 'f:spec': { 'f:paused': {}, 'f:replicas': {} } });
const inScale = { apiVersion: 'autoscaling/v1', subresource: 'scale' };

describe('field ownership of a scale', () => {
  it('shows who owns the replicas', () => {
    expect(scaleEntries([owner, entry('other', { 'f:spec': { 'f:paused': {} } })], REPLICAS)).toEqual([{ ...owner, apiVersion: 'autoscaling/v1', fieldsV1: { 'f:spec': { 'f:replicas': {} } } }]);
  });

  it('takes the replicas from their owner when another scales', () => {
    const after = parentEntries([owner], [entry('hpa', { 'f:spec': { 'f:replicas': {} } }, inScale)], 'apps/v1', REPLICAS);
    expect(after).toContainEqual({ ...owner, fieldsV1: { 'f:spec': { 'f:paused': {} } } });
    expect(after).toContainEqual(expect.objectContaining({ manager: 'hpa', apiVersion: 'apps/v1', subresource: 'scale', fieldsV1: { 'f:spec': { 'f:replicas': {} } } }));
  });

  it('finds the replicas of each version where they are', () => {
    const inVersion = (apiVersion: string): readonly string[] | undefined => (apiVersion === 'g/v1' ? ['spec', 'replicas'] : apiVersion === 'g/v2' ? ['spec', 'size'] : undefined);
    const own = (apiVersion: string): ManagedFieldsEntry => entry(apiVersion, { 'f:spec': { 'f:replicas': {}, 'f:size': {} } }, { apiVersion });
    expect(scaleEntries([own('g/v1'), own('g/v2'), own('g/v3')], inVersion)?.map((e) => e.manager)).toEqual(['g/v1', 'g/v2']);
    const after = parentEntries([own('g/v1'), own('g/v2'), own('g/v3')], [], 'g/v2', inVersion);
    expect(after?.map((e) => e.fieldsV1)).toEqual([{ 'f:spec': { 'f:size': {} } }, { 'f:spec': { 'f:replicas': {} } }, { 'f:spec': { 'f:replicas': {}, 'f:size': {} } }]);
  });

  it('leaves an owner alone who still owns them', () => {
    const shown = scaleEntries([owner], REPLICAS) ?? [];
    expect(parentEntries([owner], shown.map((e) => ({ ...e, apiVersion: 'apps/v1' })), 'apps/v1', REPLICAS)).toEqual([owner]);
  });
});
