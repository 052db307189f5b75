#!/usr/bin/env node
/** Stands in for upstream's kube-scheduler: the same flags. */
import specs from './upstream-flags/kube-scheduler.gen.ts';
import { runUpstreamProgram } from './upstream-program.ts';

await runUpstreamProgram('kube-scheduler', specs, async () => (await import('../cluster/programs/kube-scheduler.ts')).kubeScheduler);
