/** What a node says of its machine. The kubelet is given one: the real machine's (runtime/containerd/host-machine.ts) or an invented one. */
export interface Machine {
  readonly cpus: number;
  readonly memoryBytes: number;
  readonly ephemeralStorageBytes: number;
  readonly maxPods: number;
  readonly machineID: string;
  readonly systemUUID: string;
  readonly bootID: string;
  readonly kernelVersion: string;
  readonly osImage: string;
  /** `linux`. */
  readonly operatingSystem: string;
  /** Go's name: `amd64`, `arm64`. */
  readonly architecture: string;
}

/** A machine for simulated nodes: 32 CPUs, 256 GiB, 110 pods unless told. */
export function simulatedMachine(nodeName: string, changes: Partial<Machine> = {}): Machine {
  return {
    cpus: 32,
    memoryBytes: 256 * 2 ** 30,
    ephemeralStorageBytes: 1024 * 2 ** 30,
    maxPods: 110,
    machineID: nodeName,
    systemUUID: nodeName,
    bootID: nodeName,
    kernelVersion: '6.12.0-simulated',
    osImage: 'k8ts simulated node',
    operatingSystem: 'linux',
    architecture: 'amd64',
    ...changes,
  };
}
