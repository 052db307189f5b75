/** Documents of the server that may not be there, for ./kinds.ts and ./schemas.ts. */
import { isStatusError } from '../../apimachinery/errors.ts';
import type { Client } from '../../client/interface.ts';

/** Undefined: there is no such path. */
export async function readIfThere<T>(client: Client, path: string): Promise<T | undefined> {
  try {
    return (await (await client.raw({ method: 'GET', path })).object()) as T;
  } catch (error) {
    if (isStatusError(error) && error.code === 404) return undefined;
    throw error;
  }
}
