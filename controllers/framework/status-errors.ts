/** Questions about refusals that several controllers ask. */
import { isStatusError } from '../../apimachinery/errors.ts';

/** The namespace is being deleted: nothing can be created in it, and nothing need be. */
export function isNamespaceTerminating(error: unknown): boolean {
  return isStatusError(error) && (error.details?.causes ?? []).some((cause) => cause.reason === 'NamespaceTerminating');
}

/** What an error says, as it stands in events and conditions. */
export function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
