import { spawn, execFileSync } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it } from '@jest/globals';
import { pauseImage, pauseProgram } from './pause-image.ts';

const onLinux = process.platform === 'linux' ? it : it.skip;

describe('the pause image', () => {
  onLinux('holds a program that waits until it is told to end', async () => {
    const dir = mkdtempSync(join(tmpdir(), 'k8ts-pause-'));
    const file = join(dir, 'pause');
    writeFileSync(file, pauseProgram(), { mode: 0o755 });
    const child = spawn(file);
    await once(child, 'spawn');
    child.kill('SIGTERM');
    expect(await once(child, 'exit')).toEqual([null, 'SIGTERM']);
    rmSync(dir, { recursive: true });
  });

  onLinux('is an archive that tar reads', () => {
    const dir = mkdtempSync(join(tmpdir(), 'k8ts-pause-'));
    writeFileSync(join(dir, 'image.tar'), pauseImage());
    execFileSync('tar', ['xf', 'image.tar'], { cwd: dir });
    const [{ Layers }] = JSON.parse(readFileSync(join(dir, 'manifest.json'), 'utf8')) as [{ Layers: [string] }];
    expect(execFileSync('tar', ['tvf', join(dir, Layers[0])]).toString()).toMatch(/^-rwxr-xr-x .* pause$/m);
    rmSync(dir, { recursive: true });
  });
});
