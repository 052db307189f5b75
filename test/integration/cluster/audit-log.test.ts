import { mkdtempSync, readFileSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import * as core from '../../../apimachinery/types/core.gen.ts';
import { startCluster, type Cluster } from '../../../cluster/index.ts';
import type { AuditEvent } from '../../../api/audit/interface.ts';

describe('auditLogPath', () => {
  const dir = mkdtempSync(join(tmpdir(), 'k8ts-audit-'));
  const auditLogPath = join(dir, 'audit.log');
  let cluster: Cluster;
  beforeAll(async () => void (cluster = await startCluster({ components: ['apiserver'], nodes: 0, auditLogPath })));
  afterAll(async () => {
    await cluster.stop();
    rmSync(dir, { recursive: true });
  });

  it('has a line for each request when its answer is there, readable by its owner alone', async () => {
    await cluster.client.resource(core.ConfigMap).create({ metadata: { namespace: 'default', name: 'a' } });
    const events = readFileSync(auditLogPath, 'utf8').trimEnd().split('\n').map((line) => JSON.parse(line) as AuditEvent);
    expect(events.find((e) => e.stage === 'ResponseComplete' && e.objectRef?.['resource'] === 'configmaps' && e.user.username === 'kubernetes-admin')).toMatchObject({ verb: 'create', level: 'Metadata', responseStatus: { code: 201 } });
    expect(statSync(auditLogPath).mode & 0o777).toBe(0o600);
  });

  it('names a file that cannot be opened', async () => {
    await expect(startCluster({ components: ['apiserver'], nodes: 0, auditLogPath: join(dir, 'nowhere', 'audit.log') })).rejects.toThrow('nowhere/audit.log');
  });
});
