/** Parameters of operations: upstream's options, by name. Behaves like upstream apiserver/pkg/endpoints/installer.go (AddObjectParams). */
import type { Struct } from '../../apimachinery/schema/model.ts';
import type { Parameter } from './route.ts';
import type { TextOf } from './schemas.ts';

const BOOLEANS = new Set(['allowWatchBookmarks', 'sendInitialEvents', 'watch', 'orphanDependents', 'ignoreStoreReadErrorWithClusterBreakingPotential', 'force', 'follow', 'insecureSkipTLSVerifyBackend', 'previous', 'timestamps', 'stderr', 'stdin', 'stdout', 'tty']);
const INTEGERS = new Set(['limit', 'timeoutSeconds', 'gracePeriodSeconds', 'limitBytes', 'sinceSeconds', 'tailLines', 'ports']);

const LIST = ['allowWatchBookmarks', 'continue', 'fieldSelector', 'labelSelector', 'limit', 'resourceVersion', 'resourceVersionMatch', 'sendInitialEvents', 'timeoutSeconds', 'watch'];
const WRITE = ['dryRun', 'fieldManager', 'fieldValidation'];
const DELETE = ['dryRun', 'gracePeriodSeconds', 'ignoreStoreReadErrorWithClusterBreakingPotential', 'orphanDependents', 'propagationPolicy'];

/** Descriptions of options that all resources share stand under these names beside those of types. */
const SHARED = 'parameters';
/** `fieldManager` of a patch says more. */
const OF_PATCH = 'parameters of patch';

const typeOf = (name: string): Parameter['type'] => (BOOLEANS.has(name) ? 'boolean' : INTEGERS.has(name) ? 'integer' : 'string');

function described(parameter: Omit<Parameter, 'description'>, description: string | undefined): Parameter {
  return description === undefined ? parameter : { ...parameter, description };
}

function inPath(name: string, description: string): Parameter {
  return { name, in: 'path', type: 'string', description };
}

/** Makes the parameters of the operations of one document, with their descriptions. */
export class Parameters {
  readonly #text: TextOf;
  readonly namespace: Parameter = inPath('namespace', 'object name and auth scope, such as for teams and projects');
  readonly path: Parameter = inPath('path', 'path to the resource');

  constructor(text: TextOf) {
    this.#text = text;
  }

  name(kind: string): Parameter {
    return inPath('name', `name of the ${kind}`);
  }

  get pretty(): Parameter {
    return this.#query('pretty', SHARED);
  }

  get get(): Parameter[] {
    return [this.#query('resourceVersion', SHARED)];
  }

  get list(): Parameter[] {
    return this.#queries(LIST);
  }

  get write(): Parameter[] {
    return this.#queries(WRITE);
  }

  get patch(): Parameter[] {
    return [...WRITE, 'force'].map((name) => this.#query(name, name === 'fieldManager' ? OF_PATCH : SHARED));
  }

  get delete(): Parameter[] {
    return this.#queries(DELETE);
  }

  get deleteCollection(): Parameter[] {
    return this.#queries([...DELETE, ...LIST.filter((name) => name !== 'allowWatchBookmarks' && name !== 'watch')]);
  }

  /** The fields of a subresource's options (PodLogOptions). */
  options(type: { readonly typeName: string; readonly schema: Struct }): Parameter[] {
    const fields = [...type.schema.fields.values()].filter((f) => f.name !== 'kind' && f.name !== 'apiVersion' && !(f.schema.kind === 'scalar' && f.schema.is === 'time'));
    return fields.map((f) => this.#query(f.name, type.typeName));
  }

  #query(name: string, owner: string): Parameter {
    return described({ name, in: 'query', type: typeOf(name) }, this.#text(owner, name));
  }

  #queries(names: readonly string[]): Parameter[] {
    return names.map((name) => this.#query(name, SHARED));
  }
}
