// STUB
export const serviceWarnings = (..._args: readonly unknown[]): readonly string[] => [];
