/** The functions that expressions may call (../functions.ts has their types), by name. The arguments of a method begin with its target. */
import { ADDRESSES } from './addresses.ts';
import { AUTHORIZATION } from './authorizer.ts';
import { CONVERSIONS } from './conversions.ts';
import type { Library } from './function.ts';
import { LISTS } from './lists.ts';
import { NAMED_FORMATS } from './named-formats.ts';
import { OPERATORS } from './operators.ts';
import { OPTIONALS } from './optionals.ts';
import { PATTERNS } from './patterns.ts';
import { QUANTITIES } from './quantities.ts';
import { STRINGS } from './strings.ts';
import { TIMES } from './times.ts';
import { URLS } from './urls.ts';
import { VERSIONS } from './versions.ts';
import type { Result, Value } from '../values.ts';

const LIBRARIES: readonly Library[] = [OPERATORS, CONVERSIONS, TIMES, STRINGS, PATTERNS, LISTS, OPTIONALS, ADDRESSES, URLS, QUANTITIES, VERSIONS, NAMED_FORMATS, AUTHORIZATION];

const BY_NAME: ReadonlyMap<string, readonly Library[string][]> = LIBRARIES.flatMap((library) => Object.entries(library)).reduce((out, [name, f]) => out.set(name, [...(out.get(name) ?? []), f]), new Map<string, Library[string][]>());

/** undefined: there is no such function. Those that give undefined leave the arguments to the next one of their name. */
export function implementationOf(name: string): ((args: readonly Value[]) => Result | undefined) | undefined {
  const all = BY_NAME.get(name);
  if (!all || all.length === 1) return all?.[0];
  return (args) => {
    for (const f of all) {
      const result = f(args);
      if (result !== undefined) return result;
    }
    return undefined;
  };
}
