/** Writes as fast as it can until its server dies, and remembers what was acknowledged. */
import * as core from '../../apimachinery/types/core.gen.ts';
import { transportFromKubeconfig } from '../../client/kubeconfig.ts';
import { newClient } from '../../client/rest.ts';

export interface Writers {
  /** Names of objects whose creation was acknowledged. */
  readonly acknowledged: readonly string[];
  /** Resolves when every writer has met an error. */
  readonly ended: Promise<void>;
  /** What ended a writer. */
  lastError(): unknown;
}

export function startWriters(kubeconfig: string, count: number): Writers {
  const acknowledged: string[] = [];
  let lastError: unknown;
  const client = newClient(transportFromKubeconfig(kubeconfig));
  const write = async (writer: number): Promise<void> => {
    for (let i = 0; ; i++) {
      const name = `w${writer}-${i}`;
      try {
        await client.resource(core.ConfigMap).create({ metadata: { namespace: 'default', name }, data: { value: 'x'.repeat(500) } });
      } catch (error) {
        lastError = error;
        return;
      }
      acknowledged.push(name);
    }
  };
  const ended = Promise.all(Array.from({ length: count }, (_, i) => write(i))).then(() => client.close());
  return { acknowledged, ended, lastError: () => lastError };
}

/** Which of the names are not there. */
export async function missingOf(kubeconfig: string, names: readonly string[]): Promise<string[]> {
  const client = newClient(transportFromKubeconfig(kubeconfig));
  const { items } = await client.resource(core.ConfigMap).list({ namespace: 'default' });
  await client.close();
  const there = new Set(items.map((m) => m.metadata.name));
  return names.filter((n) => !there.has(n));
}
