import { describe, expect, it } from '@jest/globals';
import * as core from '../../apimachinery/types/core.gen.ts';
import { patchedText, touchedBy } from './patched-text.ts';

describe('a patched document in a message', () => {
  it.each([
    ['what was not touched has the order of its type', { metadata: { name: 'p', annotations: { b: '' }, labels: { a: '' } } }, { spec: {} }, '{"metadata":{"name":"p","labels":{"a":""},"annotations":{"b":""}}}'],
    ['touched objects are sorted', { metadata: { name: 'p', labels: { b: '1', a: '2' } } }, { metadata: { name: 'p' } }, '{"metadata":{"labels":{"b":"1","a":"2"},"name":"p"}}'],
    ['lists of the patch are sorted through and through', { spec: { containers: [{ name: 'c', image: 'i' }] } }, { spec: { containers: [{ name: 'c' }] } }, '{"spec":{"containers":[{"image":"i","name":"c"}]}}'],
    ['what does not fit its type stays as it is', { metadata: { name: { b: 1, a: 2 } } }, {}, '{"metadata":{"name":{"b":1,"a":2}}}'],
  ])('%s', (_, patched, touched, want) => {
    expect(patchedText(core.Pod.schema, patched, touched)).toBe(want);
  });

  it('shows a value that a JSON patch put there', () => {
    expect(patchedText(core.Pod.schema, { apiVersion: { a: 1 } }, touchedBy([{ op: 'replace', path: '/apiVersion', value: { a: 1 } }]))).toBe('{"apiVersion":{"a":1}}');
  });
});
