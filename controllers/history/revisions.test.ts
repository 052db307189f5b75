import { describe, expect, it } from '@jest/globals';
import { revisionData, templateOf } from './revisions.ts';

describe('the data of a revision', () => {
  const template = { metadata: { labels: { b: '1', a: '2' } }, spec: { containers: [{ name: 'c', image: 'i', resources: {} }] } } as never;

  it('is what upstream writes, to the byte', () => {
    expect(JSON.stringify(revisionData(template))).toBe('{"spec":{"template":{"$patch":"replace","metadata":{"labels":{"a":"2","b":"1"}},"spec":{"containers":[{"image":"i","name":"c","resources":{}}]}}}}');
  });

  it('gives the template back', () => {
    expect(templateOf({ data: revisionData(template) } as never)).toEqual(template);
  });
});
