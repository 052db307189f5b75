// STUB
export const podWarnings = (..._args: readonly unknown[]): readonly string[] => [];
export const templateWarnings = (..._args: readonly unknown[]): readonly string[] => [];
