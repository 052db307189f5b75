// STUB
export const claimWarnings = (..._args: readonly unknown[]): readonly string[] => [];
