/** An object does not fit the schema of a version. Thrown by ./managed-fields.ts, through ./updater.ts. */
export class TypeMistakes extends Error {
  override readonly name = 'TypeMistakes';
}
