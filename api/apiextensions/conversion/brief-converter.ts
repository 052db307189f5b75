/** A webhook's converters (./webhook-converter.ts) for one who can wait and for what many others wait for: that must not hold them up for long, nor again and again. Upstream has a cache for each version instead, which waits alone. */
import { StatusError } from '../../../apimachinery/errors.ts';
import type { Clock } from '../../../component-base/clock.ts';
import type { Converter, Version } from '../../../registry/generic/definition.ts';

/** What a converter that is asked briefly gets. */
export const BRIEF_SECONDS = 1;
const REST_MS = 30_000;

/** The brief one fails at once for half a minute after a failure of its own, or until the patient one has had success. */
export function pairOf(patient: Converter, brief: Converter, clock: Clock): Required<Pick<Version, 'convert' | 'convertBriefly'>> {
  let restsUntil = 0;
  return {
    convert: async (objects, to, signal) => {
      const converted = await patient(objects, to, signal);
      restsUntil = 0;
      return converted;
    },
    convertBriefly: async (objects, to, signal) => {
      if (clock.monotonic() < restsUntil) throw new StatusError(500, '', 'the conversion has failed a moment ago');
      try {
        return await brief(objects, to, signal);
      } catch (error) {
        restsUntil = clock.monotonic() + REST_MS;
        throw error;
      }
    },
  };
}
