/** One making of documents: what several of them share is made once, and others may work in between. Used by ./document.ts, ./swagger.ts and ./openapi.ts. */
import type { Turns } from '../../component-base/turns.ts';
import { schemaOf, type Json, type TextOf } from './schemas.ts';

export class Run {
  readonly text: TextOf;
  readonly #turns: Turns;
  readonly #schemas = new Map<string, Json>();
  /** JSON of schemas: several documents hold the same. */
  readonly #written = new WeakMap<object, string>();

  constructor(text: TextOf, turns: Turns) {
    this.text = text;
    this.#turns = turns;
  }

  /** The schema of a built-in type, the same object each time. */
  schema(name: string): Json {
    let schema = this.#schemas.get(name);
    if (!schema) this.#schemas.set(name, (schema = schemaOf(name, this.text)));
    return schema;
  }

  /** Resolves when it is time to go on; undefined: now. */
  pause(): Promise<void> | undefined {
    return this.#turns.pause();
  }

  /** `make` for each item, in turn. */
  async each<A, B>(items: Iterable<A>, make: (item: A) => B): Promise<B[]> {
    const made: B[] = [];
    for (const item of items) {
      made.push(make(item));
      const pause = this.pause();
      if (pause) await pause;
    }
    return made;
  }

  /** JSON.stringify, which goes member by member down to `depth`. */
  async json(value: unknown, depth: number): Promise<string> {
    if (typeof value !== 'object' || value === null || Array.isArray(value)) return JSON.stringify(value);
    if (depth === 0) return this.#writtenOnce(value);
    const members: string[] = [];
    for (const [name, inner] of Object.entries(value)) {
      if (inner !== undefined) members.push(`${JSON.stringify(name)}:${await this.json(inner, depth - 1)}`);
      const pause = this.pause();
      if (pause) await pause;
    }
    return `{${members.join(',')}}`;
  }

  #writtenOnce(value: object): string {
    let text = this.#written.get(value);
    if (text === undefined) this.#written.set(value, (text = JSON.stringify(value)));
    return text;
  }
}
