import { describe, expect, it } from '@jest/globals';
import { seededRand } from '../component-base/rand.ts';
import { compareKeys, prefixEnd } from './keys.ts';
import { SortedMap } from './sorted-map.ts';
