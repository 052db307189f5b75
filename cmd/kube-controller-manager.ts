#!/usr/bin/env node
/** Stands in for upstream's kube-controller-manager: the same flags. */
import specs from './upstream-flags/kube-controller-manager.gen.ts';
import { runUpstreamProgram } from './upstream-program.ts';

await runUpstreamProgram('kube-controller-manager', specs, async () => (await import('../cluster/programs/kube-controller-manager.ts')).kubeControllerManager);
