// STUB
export const cidrWarnings = (..._args: readonly unknown[]): readonly string[] => [];
export const ipWarnings = (..._args: readonly unknown[]): readonly string[] => [];
