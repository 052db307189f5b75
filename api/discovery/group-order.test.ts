import { describe, expect, it } from '@jest/globals';
import { compareVersions, orderGroups, orderVersions } from './group-order.ts';
import { storageVersionHash } from './storage-version-hash.ts';

describe('compareVersions', () => {
  it('prefers stable before beta before alpha, and newer before older', () => {
    const versions = ['v1alpha1', 'foo', 'v1', 'v2beta1', 'v10', 'v2', 'v2beta3'];
    expect(versions.sort((a, b) => compareVersions(b, a))).toEqual(['v10', 'v2', 'v1', 'v2beta3', 'v2beta1', 'v1alpha1', 'foo']);
  });
});

describe('orderGroups', () => {
  it('follows the priorities of built-in API services, customs last by name', () => {
    const groups = new Map([['b.example.com', ['v1']], ['apps', ['v1']], ['a.example.com', ['v1']], ['apiregistration.k8s.io', ['v1']], ['', ['v1']]]);
    expect(orderGroups(groups)).toEqual(['apiregistration.k8s.io', '', 'apps', 'a.example.com', 'b.example.com']);
  });

  it('puts the preferred version first', () => {
    expect(orderVersions('autoscaling', ['v1', 'v2'])).toEqual(['v2', 'v1']);
  });
});

describe('storageVersionHash', () => {
  it("gives upstream's value", async () => {
    expect(await storageVersionHash({ group: '', version: 'v1', kind: 'ConfigMap' })).toBe('qFsyl6wFWjQ=');
  });
});
