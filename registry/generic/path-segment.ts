/** Names that may stand in a path. Behaves like upstream apimachinery/pkg/api/validation/path. */
const NEVER: readonly string[] = ['.', '..'];
const NOT_WITHIN: readonly string[] = ['/', '%'];

/** Messages; none when the name may be used. */
export function validatePathSegmentName(name: string, isPrefix: boolean): readonly string[] {
  const whole = isPrefix ? undefined : NEVER.find((n) => n === name);
  if (whole !== undefined) return [`may not be '${whole}'`];
  return NOT_WITHIN.filter((c) => name.includes(c)).map((c) => `may not contain '${c}'`);
}
