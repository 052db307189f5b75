// STUB
export const nameWarnings = (..._args: readonly unknown[]): readonly string[] => [];
export const podNameWarnings = (..._args: readonly unknown[]): readonly string[] => [];
