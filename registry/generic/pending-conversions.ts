/** Lets work that is written as if conversion were at hand, as the merge of apply is, wait for one that takes time. Beside ./managed-fields.ts. */
import { encodeJson } from '../../apimachinery/serializer/json.ts';
import type { Obj } from '../../apimachinery/meta.ts';
import type { DeepReadonly } from '../../apimachinery/types/type.ts';
import { convertWhole } from './conversion.ts';
import type { ResourceDefinition } from './definition.ts';
import { versionNamed } from './resource-key.ts';

/** Thrown through the work to say what it waits for. */
class Pending extends Error {
  override readonly name = 'Pending';
  readonly obj: Obj;
  readonly apiVersion: string;

  constructor(obj: Obj, apiVersion: string) {
    super(`waits for a conversion to ${apiVersion}`);
    this.obj = obj;
    this.apiVersion = apiVersion;
  }
}

export type Convert = (obj: Obj, apiVersion: string) => Obj;

/** Runs `work` anew each time a conversion that it asked for has come. It must change nothing that it does not own, and pass on what `convert` throws. */
export async function withConversions<T>(definition: ResourceDefinition, signal: AbortSignal, work: (convert: Convert) => T): Promise<T> {
  const known = new Map<string, Obj>();
  const convert: Convert = (obj, apiVersion) => {
    if (obj.apiVersion === apiVersion) return obj;
    const there = known.get(idOf(obj, apiVersion));
    if (!there) throw new Pending(obj, apiVersion);
    return there;
  };
  for (;;) {
    try {
      return work(convert);
    } catch (error) {
      if (!(error instanceof Pending)) throw error;
      known.set(idOf(error.obj, error.apiVersion), await converted(definition, error, signal));
    }
  }
}

const idOf = (obj: Obj, apiVersion: string): string => `${apiVersion} ${encodeJson(obj)}`;

/** Versions that are not known differ in apiVersion alone. */
async function converted(definition: ResourceDefinition, { obj, apiVersion }: Pending, signal: AbortSignal): Promise<Obj> {
  const from = versionNamed(definition, obj.apiVersion);
  const to = versionNamed(definition, apiVersion);
  const [there] = from && to ? await convertWhole([obj as DeepReadonly<Obj>], from, to, signal) : [];
  return there ?? { ...obj, apiVersion };
}
