import { describe, expect, it } from '@jest/globals';
import type { Spec } from './check.ts';
import { existingPodWarnings } from './existing-pods.ts';
import { DEFAULT_POLICY, detailText, findings, levelText, policyOf, type LevelVersion } from './policy.ts';

const baseline: LevelVersion = { level: 'baseline', version: 'latest' };
const restricted: LevelVersion = { level: 'restricted', version: 'latest' };
const spec = (more: object = {}, container: object = {}): Spec => ({ containers: [{ name: 'c', image: 'i', ...container }], ...more }) as unknown as Spec;
const text = (level: LevelVersion, s: Spec, annotations = {}): string => detailText(findings(level, s, annotations));

describe('findings', () => {
  const table = [
    { name: 'host namespaces', given: spec({ hostNetwork: true, hostPID: true }), want: 'host namespaces (hostNetwork=true, hostPID=true)' },
    { name: 'host ports', given: spec({}, { ports: [{ hostPort: 80 }, { hostPort: 443 }] }), want: 'hostPort (container "c" uses hostPorts 443, 80)' },
    { name: 'capabilities', given: spec({}, { securityContext: { capabilities: { add: ['SYS_ADMIN', 'CHOWN'] } } }), want: 'non-default capabilities (container "c" must not include "SYS_ADMIN" in securityContext.capabilities.add)' },
    { name: 'sysctls', given: spec({ securityContext: { sysctls: [{ name: 'kernel.msgmax' }, { name: 'net.ipv4.tcp_rmem' }] } }), want: 'forbidden sysctls (kernel.msgmax)' },
    { name: 'nothing', given: spec(), want: '' },
  ];
  it.each(table)('of baseline tell $name', ({ given, want }) => {
    expect(text(baseline, given)).toBe(want);
  });

  it('of restricted demand what a pod must say', () => {
    expect(text(restricted, spec())).toBe(
      'allowPrivilegeEscalation != false (container "c" must set securityContext.allowPrivilegeEscalation=false), ' +
        'unrestricted capabilities (container "c" must set securityContext.capabilities.drop=["ALL"]), ' +
        'runAsNonRoot != true (pod or container "c" must set securityContext.runAsNonRoot=true), ' +
        'seccompProfile (pod or container "c" must set securityContext.seccompProfile.type to "RuntimeDefault" or "Localhost")',
    );
  });

  it('keep to the version that is asked for', () => {
    const sysctl = spec({ securityContext: { sysctls: [{ name: 'net.ipv4.tcp_rmem' }] } });
    expect(text({ level: 'baseline', version: 31 }, sysctl)).toBe('forbidden sysctls (net.ipv4.tcp_rmem)');
    expect(text({ level: 'baseline', version: 99 }, sysctl)).toBe('');
  });

  it('replace the baseline check of the same thing', () => {
    expect(text(restricted, spec({ volumes: [{ name: 'v', hostPath: { path: '/' } }] }))).not.toContain('hostPath volumes');
  });
});

describe('policyOf', () => {
  it('warns of what is enforced unless told otherwise', () => {
    const { policy } = policyOf({ 'pod-security.kubernetes.io/enforce': 'baseline', 'pod-security.kubernetes.io/enforce-version': 'v1.24' }, DEFAULT_POLICY);
    expect([levelText(policy.enforce), levelText(policy.warn), levelText(policy.audit)]).toEqual(['baseline:v1.24', 'baseline:v1.24', 'privileged:latest']);
  });

  it('enforces the strictest level for a label that cannot be read', () => {
    const { policy, errors } = policyOf({ 'pod-security.kubernetes.io/enforce': 'strict' }, DEFAULT_POLICY);
    expect(policy.enforce.level).toBe('restricted');
    expect(errors.map((e) => e.message)).toEqual(['Invalid value: "strict": must be one of privileged, baseline, restricted']);
  });
});

describe('existingPodWarnings', () => {
  it('joins pods that break the same checks', () => {
    const pod = (name: string): never => ({ metadata: { name }, spec: spec({ hostIPC: true }) }) as never;
    expect(existingPodWarnings('ns', [pod('b'), pod('a')], baseline)).toEqual([
      'existing pods in namespace "ns" violate the new PodSecurity enforce level "baseline:latest"',
      'a (and 1 other pod): host namespaces',
    ]);
  });
});
