import { describe, expect, it } from '@jest/globals';
import { MemoryFiles } from './memory-files.ts';
import { runFilesContract } from './testing/files-contract.ts';

runFilesContract('memory', async () => ({ files: new MemoryFiles(), root: '/root' }));

describe('MemoryFiles', () => {
  it('asks for the content of a file that is made when it is read, each time', async () => {
    const files = new MemoryFiles();
    let n = 0;
    await files.project('/v', new Map([['token', { content: async () => new TextEncoder().encode(`t${++n}`), mode: 0o600 }]]));
    expect(n).toBe(0);
    await files.read('/v/token');
    expect(new TextDecoder().decode(await files.read('/v/token'))).toBe('t2');
  });
});
