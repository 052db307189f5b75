#!/usr/bin/env node
/** Stands in for upstream's kube-scheduler: the same flags. */
import { start } from './start.ts';

await start('kube-scheduler');
