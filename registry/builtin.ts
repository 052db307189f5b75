/** Every built-in resource, and the defaults of their types that are code: what a Registry (./generic/registry.ts) is made of. */
export { definitions as BUILTIN_DEFINITIONS, defaults as BUILTIN_DEFAULTS } from './index.gen.ts';
