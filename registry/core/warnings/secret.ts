// STUB
export const secretWarnings = (..._args: readonly unknown[]): readonly string[] => [];
