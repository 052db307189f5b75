/** Custom resources say themselves what they are. Beside ./stated-kind.ts, which asks it of built-in types. Behaves like upstream apimachinery unstructured.UnstructuredJSONScheme, apiserver/pkg/endpoints/handlers/create.go and apiextensions-apiserver customresource/validator.go (ValidateTypeMeta). */
import { newBadRequest, newInvalid, type StatusError } from '../../apimachinery/errors.ts';
import { apiVersionOf, parseApiVersion, type GroupVersionKind, type Obj } from '../../apimachinery/meta.ts';
import { invalid, Path, type FieldError } from '../../apimachinery/validation/field.ts';

const textOf = (value: unknown): string => (typeof value === 'string' ? value : '');

/** Of a body. `unrecognised`: how what says no kind is refused; `text`: the body. */
export function checkCustomBody(wanted: GroupVersionKind, value: unknown, text: () => string, unrecognised: (why: string) => StatusError): void {
  const { apiVersion, kind } = value as Partial<Obj>;
  if (textOf(kind) === '') throw unrecognised(`Object 'Kind' is missing in '${text()}'`);
  if (textOf(apiVersion) !== apiVersionOf(wanted)) throw newBadRequest(`the API version in the data (${textOf(apiVersion)}) does not match the expected API version (${apiVersionOf(wanted)})`);
  checkTypeMeta(wanted, value);
}

/** Of what a patch made, too: an object stays of its kind and version. */
export function checkTypeMeta(wanted: GroupVersionKind, value: unknown): void {
  const { apiVersion, kind, metadata } = (value ?? {}) as Partial<Obj>;
  if (typeof apiVersion !== 'string' || typeof kind !== 'string') return;
  const errors = [...mistake('kind', kind, wanted.kind), ...mistake('apiVersion', apiVersion, apiVersionOf(wanted))];
  if (errors.length > 0) throw newInvalid(parseApiVersion(apiVersion)?.group ?? '', kind, metadata?.name ?? '', errors);
}

const mistake = (name: string, given: string, wanted: string): FieldError[] => (given === wanted ? [] : [invalid(Path.of(name), given, `must be ${wanted}`)]);
