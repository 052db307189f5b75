#!/usr/bin/env node
/** Stands in for upstream's kube-controller-manager: the same flags. */
import { start } from './start.ts';

await start('kube-controller-manager');
