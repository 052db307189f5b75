// STUB
export const persistentVolumeWarnings = (..._args: readonly unknown[]): readonly string[] => [];
