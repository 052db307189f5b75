#!/usr/bin/env node
/** Stands in for upstream's kube-apiserver: the same flags. */
import specs from './upstream-flags/kube-apiserver.gen.ts';
import { runUpstreamProgram } from './upstream-program.ts';

await runUpstreamProgram('kube-apiserver', specs, async () => (await import('../cluster/programs/kube-apiserver.ts')).kubeApiserver);
