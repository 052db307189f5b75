/** What upstream's plug-ins ask the API for by name: its client refuses names that cannot be part of a path. Behaves like upstream client-go/rest/request.go (Name). */
import { isValidPathSegmentName } from '../../apimachinery/validation/names.ts';

/** Throws an error without a status. */
export function checkResourceName(name: string): void {
  if (name === '') throw new Error('resource name may not be empty');
  const mistakes = isValidPathSegmentName(name);
  if (mistakes.length > 0) throw new Error(`invalid resource name ${JSON.stringify(name)}: [${mistakes.join(' ')}]`);
}
