/** What a volume plug-in is: one file in plugins/ for each source. manager.ts calls them. Behaves like upstream pkg/volume plugins.go. */
import type * as core from '../../apimachinery/types/core.gen.ts';
import type { DeepReadonly } from '../../apimachinery/types/type.ts';
import type { Client } from '../../client/interface.ts';
import type { Pod } from '../container/pod.ts';
import type { References } from '../references/references.ts';
import type { Files } from './files.ts';

export type Volume = DeepReadonly<core.Volume>;

export interface ServiceAccountToken {
  readonly token: string;
  /** Milliseconds since the epoch. */
  readonly expiresAt: number;
  readonly issuedAt: number;
}

export interface VolumeContext {
  readonly pod: Pod;
  /** Where a plug-in that makes files puts them. */
  readonly dir: string;
  readonly files: Files;
  readonly references: References;
  readonly client: Client;
  readonly allocatable: Readonly<Record<string, string>>;
  readonly hostIPs: readonly string[];
  /** The pod's fsGroup. */
  readonly gid?: number;
  /** A token of the pod's service account, bound to the pod. */
  token(audience: string | undefined, expirationSeconds: number): Promise<ServiceAccountToken>;
  /** Tokens are made when they are read (memory) and need no refresh. */
  readonly lazyTokens: boolean;
}

export interface MountedVolume {
  /** On the node. */
  readonly hostPath: string;
  readonly readOnly?: boolean;
  /** When it must be set up again, in milliseconds since the epoch. */
  readonly refreshAt?: number;
}

export interface VolumePlugin {
  /** `kubernetes.io/configmap`. */
  readonly name: string;
  supports(volume: Volume): boolean;
  /** Idempotent: run again, it brings the content up to date. */
  setUp(volume: Volume, context: VolumeContext): Promise<MountedVolume>;
}
