import { describe, expect, it } from '@jest/globals';
import { cycles, fileProblems } from './layers.ts';

const problems = (path: string, text: string): string[] => fileProblems(path, text, new Set());

describe('layers', () => {
  it('accepts an import along an arrow and inside a folder', () => {
    expect(problems('controllers/job.ts', "import { newClient } from '../client/rest.ts';\nimport x from './framework/queue.ts';")).toEqual([]);
  });

  it('names a forbidden arrow and where to allow it', () => {
    const [problem] = problems('controllers/job.ts', "import { Store } from '../registry/generic/store.ts';");
    expect(problem).toContain('controllers may import only client, apimachinery, component-base');
    expect(problem).toContain('hack/layers.ts');
  });

  it('refuses node: modules away from the rims', () => {
    expect(problems('registry/core/pod.ts', "import fs from 'node:fs';")).toHaveLength(1);
    expect(problems('storage/lmdb/store.ts', "import fs from 'node:fs';")).toEqual([]);
  });

  it('keeps api from knowing a resource', () => {
    expect(problems('api/endpoints/get.ts', "import pod from '../../registry/core/pod.ts';")).toHaveLength(1);
    expect(problems('api/endpoints/get.ts', "import { define } from '../../registry/generic/define.ts';")).toEqual([]);
  });

  it('finds a cycle of files', () => {
    expect(cycles(new Map([['a', ['b']], ['b', ['c']], ['c', ['a']]]))).toEqual([['a', 'b', 'c', 'a']]);
    expect(cycles(new Map([['a', ['b', 'c']], ['b', ['c']], ['c', []]]))).toEqual([]);
  });
});
