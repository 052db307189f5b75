import { describe, expect, it } from '@jest/globals';
import type { Obj } from '../../apimachinery/meta.ts';
import { finalizerWarnings } from './finalizer-warnings.ts';

const object = (...finalizers: string[]): Obj => ({ apiVersion: 'e/v1', kind: 'W', metadata: { name: 'a', finalizers } }) as unknown as Obj;

describe('finalizers of custom resources', () => {
  it('have a domain and a path, or are standard ones', () => {
    expect(finalizerWarnings(object('orphan', 'foregroundDeletion', 'kubernetes', 'example.com/x'))).toEqual([]);
    expect(finalizerWarnings(object('plain', 'a.example.com'))).toEqual([
      'metadata.finalizers: "a.example.com": prefer a domain-qualified finalizer name including a path (/) to avoid accidental conflicts with other finalizer writers',
      'metadata.finalizers: "plain": prefer a domain-qualified finalizer name to avoid accidental conflicts with other finalizer writers',
    ]);
  });

  it('are told of once, when they come', () => {
    expect(finalizerWarnings(object('plain'), object('plain'))).toEqual([]);
  });
});
