/** What every Files must keep; see ../files.ts. */
import { describe, expect, it } from '@jest/globals';
import type { Files } from '../files.ts';

const bytes = (text: string): Uint8Array => new TextEncoder().encode(text);
const file = (text: string, mode = 0o644) => ({ content: bytes(text), mode });

/** `root`: an empty directory for each test. */
export function runFilesContract(name: string, newFiles: () => Promise<{ files: Files; root: string }>): void {
  describe(`files contract: ${name}`, () => {
    const read = async (files: Files, path: string) => {
      const found = await files.read(path);
      return found && new TextDecoder().decode(found);
    };

    it('reads back what was written, and appends', async () => {
      const { files, root } = await newFiles();
      await files.write(`${root}/a/b`, bytes('one'));
      await files.write(`${root}/a/b`, bytes('two'), { append: true });
      expect(await read(files, `${root}/a/b`)).toBe('onetwo');
      expect(await files.read(`${root}/a/none`)).toBeUndefined();
      expect([await files.kindOf(`${root}/a`), await files.kindOf(`${root}/a/b`), await files.kindOf(`${root}/none`)]).toEqual(['directory', 'file', undefined]);
    });

    it('replaces the content of a projected directory', async () => {
      const { files, root } = await newFiles();
      const dir = `${root}/volume`;
      expect(await files.project(dir, new Map([['keep', file('1')], ['gone', file('x')], ['deep/er', file('y')]]))).toBe(true);
      expect(await read(files, `${dir}/deep/er`)).toBe('y');
      expect(await files.project(dir, new Map([['keep', file('2')], ['new', file('z')]]))).toBe(true);
      expect([await read(files, `${dir}/keep`), await read(files, `${dir}/new`), await read(files, `${dir}/gone`), await read(files, `${dir}/deep/er`)]).toEqual(['2', 'z', undefined, undefined]);
    });

    it('writes nothing when nothing changed', async () => {
      const { files, root } = await newFiles();
      const payload = new Map([['a', file('1')], ['d/b', file('2')]]);
      await files.project(`${root}/v`, payload);
      expect(await files.project(`${root}/v`, payload)).toBe(false);
    });

    it('makes a path in a volume and gives its real place', async () => {
      const { files, root } = await newFiles();
      await files.makeDir(`${root}/v`);
      const made = await files.subPath(`${root}/v`, 'x/y');
      expect(await files.kindOf(made)).toBe('directory');
      expect(made.endsWith('/v/x/y')).toBe(true);
    });

    it('removes what is below a path, and does not mind when it is gone', async () => {
      const { files, root } = await newFiles();
      await files.write(`${root}/a/b/c`, bytes('x'));
      await files.remove(`${root}/a`);
      await files.remove(`${root}/a`);
      expect(await files.kindOf(`${root}/a`)).toBeUndefined();
    });
  });
}
