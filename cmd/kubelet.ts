#!/usr/bin/env node
/** Stands in for upstream's kubelet: the same flags. */
import { start } from './start.ts';

await start('kubelet');
