/** What a process uses, as Linux counts it. */
import { readdirSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';

/** kB of a field of /proc/PID/status. */
const status = (pid: number, field: string): number => Number(new RegExp(`^${field}:\\s+(\\d+)`, 'm').exec(readFileSync(`/proc/${pid}/status`, 'utf8'))?.[1] ?? 0);

/** RssAnon + RssShmem in MB: mapped programs and store files do not count. */
export const memoryMb = (pids: readonly number[]): number => pids.reduce((all, pid) => all + status(pid, 'RssAnon') + status(pid, 'RssShmem'), 0) / 1024;

/** User and system time in seconds (100 ticks a second). */
export function cpuSeconds(pids: readonly number[]): number {
  return pids.reduce((all, pid) => {
    const fields = readFileSync(`/proc/${pid}/stat`, 'utf8').split(') ')[1]?.split(' ') ?? [];
    return all + (Number(fields[11]) + Number(fields[12])) / 100;
  }, 0);
}

/** Bytes on disk of all files below a folder. */
export function diskBytes(folder: string): number {
  return readdirSync(folder, { withFileTypes: true, recursive: true })
    .filter((entry) => entry.isFile())
    .reduce((all, entry) => all + statSync(join(entry.parentPath, entry.name)).blocks * 512, 0);
}
