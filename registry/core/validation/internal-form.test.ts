import { describe, expect, it } from '@jest/globals';
import { internalForm } from './internal-form.ts';
import { specDiff } from './spec-diff.ts';

describe('internalForm', () => {
  it("writes every field under Go's name, absent ones as zero or null", () => {
    expect(internalForm('EnvVar', { name: 'A', value: '1' })).toEqual({ Name: 'A', Value: '1', ValueFrom: null });
    expect(internalForm('ResourceRequirements', { limits: { memory: '1Gi', cpu: '1' } })).toEqual({ Limits: { cpu: '1', memory: '1Gi' }, Requests: null, Claims: null });
  });

  it('puts the fields of embedded structs in their place', () => {
    expect(Object.keys(internalForm('Volume', { name: 'v', emptyDir: {} }) as object).slice(0, 3)).toEqual(['Name', 'HostPath', 'EmptyDir']);
    expect(internalForm('PersistentVolumeClaimTemplate', { metadata: { labels: { a: 'b' }, creationTimestamp: null }, spec: {} })).toMatchObject({ labels: { a: 'b' }, Spec: { AccessModes: null } });
  });

  it("keeps a pod's use of the host in its security context", () => {
    const { SecurityContext } = internalForm('PodSpec', { containers: [], hostNetwork: true, securityContext: { runAsUser: 1 } }) as { SecurityContext: Record<string, unknown> };
    expect(SecurityContext).toMatchObject({ HostNetwork: true, HostPID: false, HostUsers: null, RunAsUser: 1 });
  });
});

describe('specDiff', () => {
  it('shows what changed with three lines around it', () => {
    const diff = specDiff('EphemeralContainer', { name: 'tools', image: 'busybox' }, { name: 'tools', image: 'other' });
    expect(diff).toBe('@@ -1,6 +1,6 @@\n {\n  "Name": "tools",\n- "Image": "busybox",\n+ "Image": "other",\n  "Command": null,\n  "Args": null,\n  "WorkingDir": "",\n');
  });
});
