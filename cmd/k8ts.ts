#!/usr/bin/env node
/** `k8ts`: brings a cluster up and down (commands.ts). */
import { start } from './start.ts';

await start('k8ts');
