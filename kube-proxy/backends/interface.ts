/** What turns service ports into working addresses: one folder a backend. */
import type { Family, ServicePort } from '../config/service-port.ts';

export interface Backend {
  /** Makes the machine do what `ports` says, and nothing that an earlier call said. All or nothing: a failure leaves what was there. */
  sync(family: Family, ports: readonly ServicePort[]): Promise<void>;
  /** Removes everything it made. */
  cleanup(): Promise<void>;
}
