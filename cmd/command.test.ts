import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from '@jest/globals';
import { Flags } from '../component-base/flags.ts';
import { etcdOf } from './command.ts';
import { UP_FLAGS } from './flags.ts';

describe('etcdOf', () => {
  const dir = mkdtempSync(join(tmpdir(), 'k8ts-command-'));
  afterAll(() => rmSync(dir, { recursive: true }));
  const of = (...flags: readonly string[]) => etcdOf(new Flags(UP_FLAGS, flags));

  it('reads the files that the flags name', () => {
    for (const name of ['ca', 'cert', 'key', 'password']) writeFileSync(join(dir, name), `${name}\n`);
    const file = (flag: string, name: string): string[] => [`--etcd-${flag}`, join(dir, name)];
    expect(of('--etcd-servers', 'https://a:2379,https://b:2379', ...file('cafile', 'ca'), ...file('certfile', 'cert'), ...file('keyfile', 'key'), '--etcd-username', 'k8ts', ...file('password-file', 'password'))).toEqual({
      servers: ['https://a:2379', 'https://b:2379'],
      prefix: '/registry',
      ca: 'ca\n',
      cert: 'cert\n',
      key: 'key\n',
      user: { name: 'k8ts', password: 'password' },
    });
  });

  it('names a flag whose file cannot be read, and a user without a password', () => {
    expect(() => of('--etcd-cafile', join(dir, 'nowhere'))).toThrow('--etcd-cafile: ');
    expect(() => of('--etcd-username', 'k8ts')).toThrow('--etcd-username and --etcd-password-file must be given together');
  });
});
