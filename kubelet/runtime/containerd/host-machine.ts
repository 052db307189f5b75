/** What this Linux machine tells a node. Behaves like upstream pkg/kubelet/cadvisor. */
import { readFileSync, statfsSync } from 'node:fs';
import { arch, availableParallelism, release, totalmem } from 'node:os';
import type { Machine } from '../../nodestatus/machine.ts';

const ARCHITECTURES: Readonly<Record<string, string>> = { x64: 'amd64', ia32: '386' };

function readFirst(paths: readonly string[]): string {
  for (const path of paths) {
    try {
      return readFileSync(path, 'utf8').trim();
    } catch (error) {
      if (!(typeof error === 'object' && error !== null && 'code' in error && (error.code === 'ENOENT' || error.code === 'EACCES'))) throw error;
    }
  }
  return '';
}

/** `root`: where pods' files and images lie. */
export function hostMachine(root: string, maxPods = 110): Machine {
  const { blocks, bsize } = statfsSync(root);
  const osRelease = readFirst(['/etc/os-release']);
  return {
    cpus: availableParallelism(),
    memoryBytes: totalmem(),
    ephemeralStorageBytes: blocks * bsize,
    maxPods,
    machineID: readFirst(['/etc/machine-id', '/var/lib/dbus/machine-id']),
    systemUUID: readFirst(['/sys/class/dmi/id/product_uuid', '/etc/machine-id']),
    bootID: readFirst(['/proc/sys/kernel/random/boot_id']),
    kernelVersion: release(),
    osImage: /^PRETTY_NAME="?([^"\n]*)"?$/m.exec(osRelease)?.[1] ?? 'Linux',
    operatingSystem: 'linux',
    architecture: ARCHITECTURES[arch()] ?? arch(),
  };
}
