/** `import { startCluster } from 'k8ts'`. */
export { startCluster, type Cluster } from './cluster.ts';
export { OptionError, type ClusterOptions, type Component, type EtcdOptions, type RuntimeKind, type StorageKind } from './options.ts';
export type { Client, ResourceClient } from '../client/interface.ts';
