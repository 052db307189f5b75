/** containerd's configuration for one node, and the CNI network of its pods: texts. cluster/ writes the files and starts containerd. */

export interface ContainerdConfig {
  /** Of this node: images, snapshots. */
  readonly root: string;
  /** Of this boot: sockets, mounts. */
  readonly state: string;
  readonly socket: string;
  readonly cniBinDir: string;
  readonly cniConfDir: string;
  /** What each sandbox runs: a program that sleeps until SIGTERM. */
  readonly sandboxImage: string;
  /** Where commands and forwarded ports are served; reachable by the kubelet. */
  readonly streamAddress: string;
  /** `overlayfs`, or `native` where the root's file system cannot carry it. */
  readonly snapshotter?: string;
}

const quoted = (text: string): string => JSON.stringify(text);

/** restrict_oom_score_adj: without CAP_SYS_RESOURCE no process may have a lower value than its parent. */
export function containerdToml(config: ContainerdConfig): string {
  return `version = 2
root = ${quoted(config.root)}
state = ${quoted(config.state)}
[grpc]
  address = ${quoted(config.socket)}
[plugins."io.containerd.internal.v1.opt"]
  path = ${quoted(`${config.root}/opt`)}
[plugins."io.containerd.grpc.v1.cri"]
  sandbox_image = ${quoted(config.sandboxImage)}
  restrict_oom_score_adj = true
  stream_server_address = ${quoted(config.streamAddress)}
  stream_server_port = "0"
  [plugins."io.containerd.grpc.v1.cri".containerd]
    snapshotter = ${quoted(config.snapshotter ?? 'overlayfs')}
  [plugins."io.containerd.grpc.v1.cri".cni]
    bin_dir = ${quoted(config.cniBinDir)}
    conf_dir = ${quoted(config.cniConfDir)}
`;
}

export interface CniNetwork {
  readonly podCIDR: string;
  /** Where host-local keeps the addresses that are taken. */
  readonly dataDir: string;
  readonly bridge?: string;
  /** Largest packet; the bridge's own unless told. */
  readonly mtu?: number;
}

/** A bridge in the node's network namespace, addresses from the pod CIDR, host ports. Pods are routed, not masked. */
export function cniConflist({ podCIDR, dataDir, bridge = 'cni0', mtu }: CniNetwork): string {
  const ipam = { type: 'host-local', ranges: [[{ subnet: podCIDR }]], routes: [{ dst: '0.0.0.0/0' }], dataDir };
  const plugins = [
    { type: 'bridge', bridge, isGateway: true, ipMasq: false, hairpinMode: true, ...(mtu !== undefined && { mtu }), ipam },
    { type: 'portmap', capabilities: { portMappings: true }, snat: true },
  ];
  return `${JSON.stringify({ cniVersion: '0.4.0', name: 'k8ts', plugins }, undefined, 2)}\n`;
}
