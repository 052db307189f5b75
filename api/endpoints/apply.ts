/** Server-side apply. */
import { newUnsupportedMediaType } from '../../apimachinery/errors.ts';
import type { Strategy } from '../../registry/generic/definition.ts';
import type { TypedShape } from './body.ts';
import type { Mechanism } from './patch.ts';
import type { Scope } from './scope.ts';
import type { WriteOptions } from './write-options.ts';

export function applyMechanism(_scope: Scope, _shape: TypedShape, _bytes: Uint8Array, _options: WriteOptions, _strategy?: Strategy): Mechanism {
  throw newUnsupportedMediaType('apply is not served yet');
}
