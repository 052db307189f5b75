#!/usr/bin/env node
/** Stands in for upstream's kube-apiserver: the same flags. */
import { start } from './start.ts';

await start('kube-apiserver');
