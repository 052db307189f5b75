/** What a server says that has but one member of etcd: nothing that needs to be newest, and everything else. */
import { join } from 'node:path';
import { dataDirOf, serverUrl } from './processes.ts';
import { runOn, type Ground } from './ground.ts';

interface Answer {
  readonly code: number;
  readonly message: string;
}

export interface Expectation {
  readonly what: string;
  readonly isMet: boolean;
  readonly was: string;
}

const MAPS = '/api/v1/namespaces/default/configmaps';
/** etcd's own words. */
const NO_LEADER: Answer = { code: 500, message: 'etcdserver: no leader' };
/** While the member does not know yet: what was sent to it has an unknown fate, or none. */
const NOT_YET: readonly RegExp[] = [/^500 etcdserver: /, /^504 Timeout: request did not complete within requested timeout/];

const text = ({ code, message }: Answer): string => `${code} ${message}`.trim();

/** Asks from the machine of the server itself, where nothing is between them. */
export class MinorityServer {
  readonly #ground: Ground;
  readonly #machine: number;
  readonly #pki: string;

  constructor(ground: Ground, dir: string, machine: number) {
    this.#ground = ground;
    this.#machine = machine;
    this.#pki = join(dataDirOf(dir, machine), 'pki');
  }

  async #ask(method: string, path: string, body?: object): Promise<Answer> {
    const file = (name: string): string => join(this.#pki, name);
    const identity = ['--cacert', file('ca.crt'), '--cert', file('admin.crt'), '--key', file('admin.key')];
    const content = body === undefined ? [] : ['-H', 'content-type: application/json', '-d', JSON.stringify(body)];
    const printed = await runOn(this.#ground, this.#machine, 'curl', ['-s', '-m', '60', '-w', '\n%{http_code}', ...identity, '-X', method, ...content, `${serverUrl(this.#ground, this.#machine)}${path}`]);
    const end = printed.lastIndexOf('\n');
    const code = Number(printed.slice(end + 1));
    return { code, message: code < 400 || !printed.startsWith('{') ? '' : (JSON.parse(printed.slice(0, end)) as { message?: string }).message ?? '' };
  }

  #create(generateName = 'minority-'): Promise<Answer> {
    return this.#ask('POST', MAPS, { apiVersion: 'v1', kind: 'ConfigMap', metadata: { generateName } });
  }

  /** Nothing may be accepted from the first moment on, though what has an unknown fate may be done later. Resolves when the member knows that it has no leader. */
  async untilItKnows(tries = 10): Promise<Expectation> {
    const was: string[] = [];
    for (let i = 0; i < tries; i++) {
      const answer = text(await this.#create('doubtful-'));
      was.push(answer);
      if (answer === text(NO_LEADER)) break;
    }
    const isMet = was.at(-1) === text(NO_LEADER) && was.every((answer) => NOT_YET.some((expected) => expected.test(answer)));
    return { what: 'refuses writes at once and says why', isMet, was: was.join(', ') };
  }

  /** `existing`: the name of a ConfigMap. */
  async expectations(existing: string): Promise<Expectation[]> {
    const map = `${MAPS}/${existing}`;
    const want: readonly (readonly [what: string, want: Answer | number, ask: () => Promise<Answer>])[] = [
      ['refuses to create', NO_LEADER, () => this.#create()],
      ['refuses to change', NO_LEADER, () => this.#ask('PUT', map, { apiVersion: 'v1', kind: 'ConfigMap', metadata: { name: existing }, data: { changed: 'by a minority' } })],
      ['refuses to delete', NO_LEADER, () => this.#ask('DELETE', map)],
      ['refuses a get that must be newest', NO_LEADER, () => this.#ask('GET', map)],
      ['refuses a list that must be newest', NO_LEADER, () => this.#ask('GET', MAPS)],
      ['serves a get that need not be newest', 200, () => this.#ask('GET', `${map}?resourceVersion=0`)],
      ['serves a list that need not be newest', 200, () => this.#ask('GET', `${MAPS}?resourceVersion=0`)],
      ['is not ready', 500, () => this.#ask('GET', '/readyz')],
    ];
    const met: Expectation[] = [];
    for (const [what, expected, ask] of want) {
      const answer = await ask();
      met.push({ what, isMet: typeof expected === 'number' ? answer.code === expected : text(answer) === text(expected), was: text(answer) });
    }
    return met;
  }
}
