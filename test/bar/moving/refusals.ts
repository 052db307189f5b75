/** What one server refused must be refused by the other in the same words. */
import type { House } from './house.ts';
import type { Inventory } from './inventory.ts';
import type { Json } from './reader.ts';

export interface Refused {
  readonly method: 'PATCH' | 'POST';
  readonly path: string;
  readonly body: object;
  readonly headers: Readonly<Record<string, string>>;
}

/** Upstream prints its own structs of Go in some messages: an object as a bad value, a difference at the end. */
const withoutStructs = (message: string): string => message.replace(/\n@@ [\s\S]*$/, '').replace(/(value): \[?\{.*?\}\]?(?=: |, \w+[.[:]|\]$|$)/g, '$1: <object>').replace(/&(value\.valueUnstructured)?\{.*?\}+(?=$|\n)/gm, '<value>');
/** A dry run gives an object a uid of its own. */
const withoutUids = (message: string): string => message.replace(/[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}/g, '<uid>');

/** Asks for each again, as a dry run, for the state of the cluster has moved on since. */
export async function answersToRefused(house: House, refused: readonly Refused[]): Promise<Inventory> {
  const answers = new Map<string, Json>();
  for (const { method, path, body, headers } of refused) {
    const { status, bytes } = await house.reader.ask(method, `${path}?dryRun=All`, body, headers);
    const { reason, message = '' } = JSON.parse(new TextDecoder().decode(bytes)) as { reason?: string; message?: string };
    answers.set(`${method} ${path} ${(body as { metadata: { name?: string } }).metadata.name ?? ''}`, status < 300 ? { status } : { status, ...(reason !== undefined && { reason }), message: withoutUids(withoutStructs(message)) });
  }
  return answers;
}
