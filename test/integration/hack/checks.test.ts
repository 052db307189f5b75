import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { run } from '../../harness/kubectl.ts';
import { root } from '../../harness/program.ts';

const npx = (...args: string[]) => run(join(root, 'node_modules', '.bin', args[0] ?? ''), args.slice(1));
let dir: string;
beforeEach(() => void (dir = mkdtempSync(join(root, 'test', 'checks-'))));
afterEach(() => rmSync(dir, { recursive: true, force: true }));

describe('the checks of the project', () => {
  it('refuse any, a floating promise and an empty catch', async () => {
    writeFileSync(join(dir, 'bad.ts'), 'export async function f(x: any): Promise<void> {\n  try {\n    f(x);\n  } catch {}\n}\n');
    writeFileSync(join(dir, 'tsconfig.json'), JSON.stringify({ extends: '../../tsconfig.base.json', include: ['*.ts'] }));
    const { code, stdout } = await npx('oxlint', '--type-aware', '--deny-warnings', '-c', join(root, '.oxlintrc.json'), dir);
    expect(code).toBe(1);
    for (const rule of ['no-explicit-any', 'no-floating-promises', 'no-empty']) expect(stdout).toContain(rule);
  });

  it('refuse a generated file that was edited by hand', async () => {
    const file = join(root, 'scheduler', 'plugins', 'index.gen.ts');
    const text = readFileSync(file, 'utf8');
    writeFileSync(file, `${text}// edited\n`);
    try {
      const { code, stderr } = await run(process.execPath, [join(root, 'dist', 'hack', 'generate.js'), '--check']);
      expect(code).toBe(1);
      expect(stderr).toContain('scheduler/plugins/index.gen.ts');
    } finally {
      writeFileSync(file, text);
    }
  });

  it('refuse a type that does not fit', async () => {
    writeFileSync(join(dir, 'bad.ts'), 'export const n: number = "text";\n');
    const { code, stdout } = await npx('tsc', '--ignoreConfig', '--noEmit', '--strict', '--skipLibCheck', '--types', 'node', join(dir, 'bad.ts'));
    expect(code).not.toBe(0);
    expect(stdout).toContain('TS2322');
  });
});
