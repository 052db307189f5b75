/** Finds the place in canonical JSON at which metadata.resourceVersion belongs, without parsing the text again. */

const BEFORE: ReadonlySet<string> = new Set(['name', 'generateName', 'namespace', 'selfLink', 'uid']);

export interface Offsets {
  /** Where a member of metadata begins before which resourceVersion is inserted. */
  readonly revisionAt: number;
  /** Where the member "metadata" begins. */
  readonly metadataAt: number;
}

/** In characters. `sorted`: keys are in alphabetical order (custom resources), not in that of ObjectMeta's fields. The metadata must have a member. */
export function revisionOffset(text: string, sorted: boolean): Offsets {
  for (let at = 1; ; ) {
    const [key, valueAt] = memberAt(text, at);
    if (key === 'metadata') return { metadataAt: at, revisionAt: insertionPoint(text, valueAt + 1, sorted) };
    at = skipValue(text, valueAt) + 1;
  }
}

function insertionPoint(text: string, first: number, sorted: boolean): number {
  for (let at = first; ; ) {
    const [key, valueAt] = memberAt(text, at);
    if (sorted ? key > 'resourceVersion' : !BEFORE.has(key)) return at;
    const end = skipValue(text, valueAt);
    if (text[end] !== ',') return first;
    at = end + 1;
  }
}

/** The key of the member at `at` and where its value begins. */
function memberAt(text: string, at: number): [string, number] {
  if (text[at] !== '"') throw new Error('the object has no metadata');
  const end = skipString(text, at);
  return [text.slice(at + 1, end - 1), end + 1];
}

function skipString(text: string, at: number): number {
  for (let i = at + 1; ; i++) {
    const code = text.charCodeAt(i);
    if (code === 0x22) return i + 1;
    if (code === 0x5c) i++;
  }
}

/** The position behind the value at `at`. */
function skipValue(text: string, at: number): number {
  const first = text.charCodeAt(at);
  if (first === 0x22) return skipString(text, at);
  if (first !== 0x7b && first !== 0x5b) return skipScalar(text, at);
  let depth = 0;
  for (let i = at; ; i++) {
    const code = text.charCodeAt(i);
    if (code === 0x22) i = skipString(text, i) - 1;
    else if (code === 0x7b || code === 0x5b) depth++;
    else if ((code === 0x7d || code === 0x5d) && --depth === 0) return i + 1;
  }
}

function skipScalar(text: string, at: number): number {
  let i = at;
  while (i < text.length && text[i] !== ',' && text[i] !== '}' && text[i] !== ']') i++;
  return i;
}
