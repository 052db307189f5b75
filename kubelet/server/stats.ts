/** GET /stats/summary and /metrics/resource: what node and pods use. Behaves like upstream pkg/kubelet/server/stats. */
import { rfc3339 } from '../../component-base/clock.ts';
import type { ApiResponse } from '../../apimachinery/http.ts';
import type { ContainerStats, PodSandboxStats } from '../runtime/interface.ts';
import type { ServerHost } from './host.ts';
import { json, text } from './responses.ts';

const cpuOf = (s: ContainerStats) => ({ time: rfc3339(s.timestamp), usageNanoCores: s.cpuUsageNanoCores, usageCoreNanoSeconds: s.cpuUsageCoreNanoSeconds });
const memoryOf = (s: ContainerStats) => ({ time: rfc3339(s.timestamp), usageBytes: s.memoryUsageBytes, workingSetBytes: s.memoryWorkingSetBytes, rssBytes: s.memoryRssBytes, pageFaults: 0, majorPageFaults: 0 });
const sum = (stats: readonly ContainerStats[], field: 'cpuUsageNanoCores' | 'cpuUsageCoreNanoSeconds' | 'memoryWorkingSetBytes' | 'memoryUsageBytes' | 'memoryRssBytes'): number => stats.reduce((n, s) => n + s[field], 0);

function podSummary({ metadata, containers }: PodSandboxStats, now: number) {
  const time = rfc3339(now);
  return {
    podRef: { name: metadata.name, namespace: metadata.namespace, uid: metadata.uid },
    startTime: time,
    containers: containers.map((c) => ({ name: c.name, startTime: time, cpu: cpuOf(c), memory: memoryOf(c), rootfs: { time, usedBytes: c.writableLayerUsedBytes } })),
    cpu: { time, usageNanoCores: sum(containers, 'cpuUsageNanoCores'), usageCoreNanoSeconds: sum(containers, 'cpuUsageCoreNanoSeconds') },
    memory: { time, usageBytes: sum(containers, 'memoryUsageBytes'), workingSetBytes: sum(containers, 'memoryWorkingSetBytes'), rssBytes: sum(containers, 'memoryRssBytes'), pageFaults: 0, majorPageFaults: 0 },
  };
}

export async function statsSummary(host: ServerHost): Promise<ApiResponse> {
  const now = host.clock.now();
  const stats = await host.runtime.stats.podSandboxStats();
  const all = stats.flatMap((s) => s.containers);
  const time = rfc3339(now);
  const workingSet = sum(all, 'memoryWorkingSetBytes');
  return json({
    node: {
      nodeName: host.nodeName,
      startTime: time,
      cpu: { time, usageNanoCores: sum(all, 'cpuUsageNanoCores'), usageCoreNanoSeconds: sum(all, 'cpuUsageCoreNanoSeconds') },
      memory: { time, availableBytes: Math.max(0, host.machine.memoryBytes - workingSet), usageBytes: sum(all, 'memoryUsageBytes'), workingSetBytes: workingSet, rssBytes: sum(all, 'memoryRssBytes'), pageFaults: 0, majorPageFaults: 0 },
    },
    pods: stats.map((s) => podSummary(s, now)),
  });
}

/** What metrics-server reads. */
export async function resourceMetrics(host: ServerHost): Promise<ApiResponse> {
  const stats = await host.runtime.stats.podSandboxStats();
  const all = stats.flatMap((s) => s.containers);
  const ms = host.clock.now();
  const lines = ['# TYPE node_cpu_usage_seconds_total counter', `node_cpu_usage_seconds_total ${sum(all, 'cpuUsageCoreNanoSeconds') / 1e9} ${ms}`, '# TYPE node_memory_working_set_bytes gauge', `node_memory_working_set_bytes ${sum(all, 'memoryWorkingSetBytes')} ${ms}`];
  const each = (write: (labels: string, c: ContainerStats) => string): string[] => stats.flatMap(({ metadata, containers }) => containers.map((c) => write(`container="${c.name}",namespace="${metadata.namespace}",pod="${metadata.name}"`, c)));
  lines.push('# TYPE container_cpu_usage_seconds_total counter', ...each((l, c) => `container_cpu_usage_seconds_total{${l}} ${c.cpuUsageCoreNanoSeconds / 1e9} ${c.timestamp}`));
  lines.push('# TYPE container_memory_working_set_bytes gauge', ...each((l, c) => `container_memory_working_set_bytes{${l}} ${c.memoryWorkingSetBytes} ${c.timestamp}`));
  lines.push('# TYPE scrape_error gauge', 'scrape_error 0', '# TYPE resource_scrape_error gauge', 'resource_scrape_error 0');
  return text(200, `${lines.join('\n')}\n`, 'text/plain; version=0.0.4; charset=utf-8');
}
