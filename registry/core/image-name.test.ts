import { describe, expect, it } from '@jest/globals';
import { defaultPullPolicy, imageTag } from './image-name.ts';

describe('imageTag', () => {
  const digest = `sha256:${'a'.repeat(64)}`;
  const rows: readonly (readonly [image: string, want: string])[] = [
    ['nginx', 'latest'],
    ['nginx:1', '1'],
    ['repo:5000/a', 'latest'],
    ['repo:5000/a/b:v2', 'v2'],
    [`nginx@${digest}`, ''],
    [`nginx:1@${digest}`, '1'],
    ['Upper/case', 'latest'],
    ['no such', ''],
    ['', ''],
  ];
  it.each(rows)('of %p is %p', (image, want) => {
    expect(imageTag(image)).toBe(want);
  });

  it('decides how an image is pulled', () => {
    expect(defaultPullPolicy('nginx')).toBe('Always');
    expect(defaultPullPolicy('nginx:1')).toBe('IfNotPresent');
  });
});
