/** What /version tells. Behaves like upstream component-base/version. */

/** The release whose API this is. */
export const KUBERNETES_VERSION = 'v1.35.4';

export interface VersionInfo {
  readonly major: string;
  readonly minor: string;
  readonly emulationMajor: string;
  readonly emulationMinor: string;
  readonly minCompatibilityMajor: string;
  readonly minCompatibilityMinor: string;
  readonly gitVersion: string;
  readonly gitCommit: string;
  readonly gitTreeState: string;
  readonly buildDate: string;
  readonly goVersion: string;
  readonly compiler: string;
  readonly platform: string;
}

/** `platform`: linux/amd64, as Go names it; `runtime`: what runs it (nodev20.20.2). */
export function versionInfo(platform: string, runtime: string): VersionInfo {
  return {
    major: '1',
    minor: '35',
    emulationMajor: '1',
    emulationMinor: '35',
    minCompatibilityMajor: '1',
    minCompatibilityMinor: '34',
    gitVersion: `${KUBERNETES_VERSION}+k8ts`,
    gitCommit: '',
    gitTreeState: '',
    buildDate: '1970-01-01T00:00:00Z',
    goVersion: runtime,
    compiler: 'k8ts',
    platform,
  };
}
