/** `k8ts version`: the program's version and that of the API it serves. */
import { readFileSync } from 'node:fs';

export async function run(): Promise<number> {
  const { version } = JSON.parse(readFileSync(new URL('../../package.json', import.meta.url), 'utf8')) as { version: string };
  console.log(`k8ts ${version} (Kubernetes API v1.35)`);
  return 0;
}
