/** The canonical JSON of an object as bytes, with the place at which metadata.resourceVersion belongs: the bytes are made without it, and get it when it is known. */
import type { Obj } from '../../apimachinery/meta.ts';
import { JsonWriter } from '../../apimachinery/serializer/json-writer.ts';
import { memberNames } from '../../apimachinery/serializer/json.ts';
import { Slabs } from '../../component-base/slabs.ts';

const BEFORE: ReadonlySet<string> = new Set(['name', 'generateName', 'namespace', 'selfLink', 'uid']);

export interface StoredBytes {
  readonly bytes: Uint8Array;
  /** Where a member of metadata begins before which resourceVersion is inserted. */
  readonly revisionAt: number;
  /** Where the member "metadata" begins. */
  readonly metadataAt: number;
}

/** What is written lives until the store has it. */
const slabs = new Slabs(32 << 10);
const writer = new JsonWriter();

type Members = Readonly<Record<string, unknown>>;

/** `sorted`: keys are in alphabetical order (custom resources), not in that of ObjectMeta's fields. The metadata must have a member. */
export function storedBytes(object: Obj, sorted: boolean): StoredBytes {
  const members = object as unknown as Members;
  let [metadataAt, revisionAt] = [-1, -1];
  writer.begin();
  writer.open();
  for (const name of memberNames(members)) {
    writer.comma();
    if (name === 'metadata') metadataAt = writer.at;
    writer.key(name);
    if (name === 'metadata') revisionAt = writeMetadata(members[name] as Members, sorted);
    else writer.value(members[name]);
  }
  writer.close();
  if (revisionAt < 0) throw new Error('the object has no metadata');
  const bytes = slabs.allocate(writer.at);
  bytes.set(writer.written());
  return { bytes, revisionAt, metadataAt };
}

/** Where the revision belongs: behind what stands before it, or in front of all where nothing follows. */
function writeMetadata(metadata: Members, sorted: boolean): number {
  writer.open();
  const first = writer.at;
  let revisionAt = -1;
  for (const name of memberNames(metadata)) {
    writer.comma();
    if (revisionAt < 0 && (sorted ? name > 'resourceVersion' : !BEFORE.has(name))) revisionAt = writer.at;
    writer.key(name);
    writer.value(metadata[name]);
  }
  if (writer.at === first) throw new Error('the metadata of the object is empty');
  writer.close();
  return revisionAt < 0 ? first : revisionAt;
}
