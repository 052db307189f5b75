import { describe, expect, it } from '@jest/globals';
import type { DiscoveredResource } from '../../client/discovery.ts';
import type { Readable } from '../framework/owners.ts';
import { Graph } from './graph.ts';

const resource = (kind: string): DiscoveredResource => ({ group: 'apps', version: 'v1', resource: `${kind.toLowerCase()}s`, kind, namespaced: true, verbs: [] });
const SET = resource('ReplicaSet');
const POD = resource('Pod');
const ref = (uid: string, more: object = {}) => ({ apiVersion: 'apps/v1', kind: 'ReplicaSet', name: uid, uid, ...more });
const obj = (uid: string, metadata: object = {}): Readable => ({ apiVersion: 'apps/v1', kind: 'X', metadata: { name: uid, namespace: 'a', uid, ...metadata } }) as unknown as Readable;

describe('Graph', () => {
  it('asks for a look at what names an owner that is not there', () => {
    const graph = new Graph();
    expect(graph.observe(POD, obj('p', { ownerReferences: [ref('s')] })).check).toEqual(['p']);
    expect(graph.observe(SET, obj('s')).check).toEqual([]);
  });

  it('asks for a look at the dependents of what is gone', () => {
    const graph = new Graph();
    graph.observe(SET, obj('s'));
    graph.observe(POD, obj('p', { ownerReferences: [ref('s')] }));
    graph.observe(POD, obj('q', { ownerReferences: [ref('s')] }));
    expect([...graph.remove('s').check].sort()).toEqual(['p', 'q']);
  });

  it('asks for a look at owner and dependents when a foreground deletion starts, and at the owner when the last dependent goes', () => {
    const graph = new Graph();
    graph.observe(SET, obj('s'));
    graph.observe(POD, obj('p', { ownerReferences: [ref('s', { blockOwnerDeletion: true })] }));
    const deleting = obj('s', { deletionTimestamp: 'now', finalizers: ['foregroundDeletion'] });
    expect([...graph.observe(SET, deleting).check].sort()).toEqual(['p', 's']);
    expect(graph.observe(SET, deleting).check).toEqual([]);
    expect(graph.blockingDependents('s').map((n) => n.uid)).toEqual(['p']);
    expect(graph.remove('p').check).toEqual(['s']);
  });

  it('asks for a look at a waiting owner that a dependent no longer blocks', () => {
    const graph = new Graph();
    graph.observe(SET, obj('s', { deletionTimestamp: 'now', finalizers: ['foregroundDeletion'] }));
    graph.observe(POD, obj('p', { ownerReferences: [ref('s', { blockOwnerDeletion: true })] }));
    expect(graph.observe(POD, obj('p', { ownerReferences: [ref('s', { blockOwnerDeletion: false })] })).check).toEqual(['s']);
    expect(graph.blockingDependents('s')).toEqual([]);
  });

  it('finds references into another namespace, whichever side comes first', () => {
    for (const ownerFirst of [true, false]) {
      const graph = new Graph();
      const owner = () => graph.observe(SET, obj('s', { namespace: 'b' }));
      const dependent = () => graph.observe(POD, obj('p', { ownerReferences: [ref('s')] }));
      const last = ownerFirst ? (owner(), dependent()) : (dependent(), owner());
      expect(last.check).toContain('p');
      expect(last.misplaced.map((m) => m.dependent.uid)).toEqual(['p']);
    }
  });
});
