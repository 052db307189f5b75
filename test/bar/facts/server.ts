/** Asks the server under test, and reads the facts beside which its answers are laid (K8TS_SHARED/facts). */
import { readdirSync, readFileSync } from 'node:fs';
import { transportFromKubeconfig } from '../../../client/kubeconfig.ts';
import { shared } from '../setting.ts';

export interface Answer {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly bytes: Uint8Array;
  /** The body as JSON. */
  json(): unknown;
}

export interface Asked {
  get(path: string, headers?: Readonly<Record<string, string>>): Promise<Answer>;
  close(): Promise<void>;
}

export function asker(kubeconfig: string): Asked {
  const transport = transportFromKubeconfig(kubeconfig);
  return {
    async get(path, headers = {}) {
      const response = await transport.send({ method: 'GET', path, headers });
      const bytes = await response.bytes();
      return { status: response.status, headers: response.headers, bytes, json: () => JSON.parse(new TextDecoder().decode(bytes)) as unknown };
    },
    close: () => transport.close(),
  };
}

export const fact = (...path: readonly string[]): unknown => JSON.parse(readFileSync(shared('facts', ...path), 'utf8')) as unknown;

/** Names in a folder of facts, without their ending. */
export function factNames(folder: string): readonly string[] {
  return readdirSync(shared('facts', folder)).map((file) => file.replace(/\.json$/, '')).sort();
}
