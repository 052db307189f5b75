/** The built-in resources: registry/<group>/ declares them, registry/generic serves them, api/ and cluster/ compose. */
import { Registry } from './generic/registry.ts';
import { definitions, defaults } from './index.gen.ts';
import type { TypeDefaults } from './generic/define.ts';
import type { ResourceDefinition } from './generic/definition.ts';

export function builtinDefinitions(): readonly ResourceDefinition[] {
  return definitions;
}

export function builtinDefaults(): readonly TypeDefaults[] {
  return defaults;
}

/** A registry of its own: custom resources may be added to it. `more`: definitions beside those of the folders. */
export function newBuiltinRegistry(more: readonly ResourceDefinition[] = []): Registry {
  return new Registry([...definitions, ...more], defaults);
}
