#!/usr/bin/env node
/** Stands in for upstream's kube-proxy: the same flags. */
import specs from './upstream-flags/kube-proxy.gen.ts';
import { runUpstreamProgram } from './upstream-program.ts';

await runUpstreamProgram('kube-proxy', specs, async () => (await import('../cluster/programs/kube-proxy.ts')).kubeProxy);
