#!/usr/bin/env node
/** Stands in for upstream's kubelet: the same flags. */
import specs from './upstream-flags/kubelet.gen.ts';
import { runUpstreamProgram } from './upstream-program.ts';

await runUpstreamProgram('kubelet', specs, async () => (await import('../cluster/programs/kubelet.ts')).kubelet);
