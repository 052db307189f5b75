import { describe, expect, it } from '@jest/globals';
import type { ContainerStatus, Endpoints, Pod } from '../../../apimachinery/types/core.gen.ts';
import { container, pod, service } from '../testing/objects.ts';
import { podRowConditions, podSummary } from './pod.ts';
import { formatLabelSelector } from './selector.ts';
import { endpointsText, externalIP, servicePorts } from './service.ts';

const running: ContainerStatus = {
  name: 'c',
  image: 'i',
  imageID: '',
  ready: true,
  restartCount: 0,
  state: { running: { startedAt: '2026-01-01T00:00:00Z' } },
} as ContainerStatus;
const never = { lastProbeTime: null, lastTransitionTime: null };
const unknown = { startedAt: null, finishedAt: null };
const withStatus = (status: Partial<Pod['status']>, own: Partial<Pod> = {}): Pod => ({ ...pod(), status, ...own });

describe('the row of a pod', () => {
  it('is marked as completed when the pod has come to its end', () => {
    expect(podRowConditions(withStatus({ phase: 'Running' }))).toEqual([]);
    expect(podRowConditions(withStatus({ phase: 'Failed' }))).toMatchObject([{ type: 'Completed', reason: 'Failed' }]);
    expect(podRowConditions(withStatus({ phase: 'Succeeded' }))).toMatchObject([{ type: 'Completed', reason: 'Succeeded' }]);
  });
});

describe('the status of a pod', () => {
  const rows: readonly (readonly [want: string, pod: Pod])[] = [
    ['Pending', withStatus({ phase: 'Pending' })],
    ['Running', withStatus({ phase: 'Running', containerStatuses: [running], conditions: [{ type: 'Ready', status: 'True', ...never }] })],
    [
      'CrashLoopBackOff',
      withStatus({
        phase: 'Running',
        containerStatuses: [{ ...running, ready: false, state: { waiting: { reason: 'CrashLoopBackOff' } } }],
      }),
    ],
    [
      'Completed',
      withStatus({
        phase: 'Succeeded',
        containerStatuses: [{ ...running, ready: false, state: { terminated: { exitCode: 0, reason: 'Completed', ...unknown } } }],
      }),
    ],
    [
      'ExitCode:3',
      withStatus({
        phase: 'Failed',
        containerStatuses: [{ ...running, ready: false, state: { terminated: { exitCode: 3, ...unknown } } }],
      }),
    ],
    [
      'Terminating',
      { ...pod({}, { deletionTimestamp: '2026-01-01T00:00:00Z' }), status: { phase: 'Running', containerStatuses: [running] } },
    ],
    [
      'SchedulingGated',
      withStatus({ phase: 'Pending', conditions: [{ type: 'PodScheduled', status: 'False', reason: 'SchedulingGated', ...never }] }),
    ],
    [
      'Init:0/1',
      {
        ...pod({ initContainers: [container({ name: 'i' })] }),
        status: { phase: 'Pending', initContainerStatuses: [{ ...running, name: 'i', ready: false }] },
      },
    ],
  ];
  it.each(rows)('is %s', (want, given) => {
    expect(podSummary(given).reason).toBe(want);
  });
});

describe('the cells of a service', () => {
  it('show its ports and addresses', () => {
    const svc = service({
      type: 'LoadBalancer',
      ports: [
        { port: 80, nodePort: 30001, protocol: 'TCP', targetPort: 80 },
        { port: 53, protocol: 'UDP', targetPort: 53 },
      ],
    });
    expect(servicePorts(svc)).toBe('80:30001/TCP,53/UDP');
    expect(externalIP(svc)).toBe('<pending>');
    expect(externalIP({ ...svc, status: { loadBalancer: { ingress: [{ ip: '1.2.3.4' }, { hostname: 'h' }] } } })).toBe('1.2.3.4,h');
    expect(externalIP(service())).toBe('<none>');
  });

  it('shorten long lists of endpoints', () => {
    const endpoints = {
      subsets: [{ addresses: ['1', '2', '3', '4'].map((n) => ({ ip: `10.0.0.${n}` })), ports: [{ port: 80 }] }],
    } as unknown as Endpoints;
    expect(endpointsText(endpoints)).toBe('10.0.0.1:80,10.0.0.2:80,10.0.0.3:80 + 1 more...');
  });
});

describe('formatLabelSelector', () => {
  it('prints labels and expressions in the order of their keys', () => {
    const selector = {
      matchLabels: { b: '1' },
      matchExpressions: [
        { key: 'a', operator: 'In', values: ['y', 'x'] },
        { key: 'c', operator: 'DoesNotExist' },
      ],
    };
    expect(formatLabelSelector(selector)).toBe('a in (x,y),b=1,!c');
    expect(formatLabelSelector(undefined)).toBe('<none>');
  });
});
