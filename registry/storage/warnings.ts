// STUB
export const storageClassWarnings = (..._args: readonly unknown[]): readonly string[] => [];
