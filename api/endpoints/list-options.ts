/** ListOptions: parsed, defaulted and checked. Behaves like upstream apimachinery/pkg/apis/meta/internalversion. */
import { newInvalid } from '../../apimachinery/errors.ts';
import { Path, forbidden, notSupported, type ErrorList, type FieldError } from '../../apimachinery/validation/field.ts';
import { bool, int64, text } from './query.ts';
import { parseSelectors, type Selectors } from './selectors.ts';

export interface ListOptions {
  readonly selectors: Selectors;
  readonly watch: boolean;
  readonly allowWatchBookmarks: boolean;
  readonly resourceVersion: string;
  readonly resourceVersionMatch: string;
  readonly timeoutSeconds: number | undefined;
  readonly limit: number;
  readonly continue: string;
  readonly sendInitialEvents: boolean | undefined;
}

/** `watchPath`: the deprecated /watch/ form. Throws BadRequest, Invalid. */
export function listOptions(query: URLSearchParams, watchPath: boolean): ListOptions {
  const parsed = defaulted(parse(query));
  const errors = parsed.watch ? watchErrors(parsed) : listErrors(parsed);
  if (errors.length > 0) throw newInvalid('meta.k8s.io', 'ListOptions', '', errors);
  return watchPath ? { ...parsed, watch: true } : parsed;
}

function parse(query: URLSearchParams): ListOptions {
  const numbers = { timeoutSeconds: int64(query, 'timeoutSeconds'), limit: int64(query, 'limit') ?? 0 };
  return {
    ...numbers,
    watch: bool(query, 'watch') ?? false,
    allowWatchBookmarks: bool(query, 'allowWatchBookmarks') ?? false,
    resourceVersion: text(query, 'resourceVersion'),
    resourceVersionMatch: text(query, 'resourceVersionMatch'),
    continue: text(query, 'continue'),
    sendInitialEvents: bool(query, 'sendInitialEvents'),
    selectors: parseSelectors(text(query, 'labelSelector'), text(query, 'fieldSelector')),
  };
}

/** A watch without a start gets the state as events first. */
function defaulted(options: ListOptions): ListOptions {
  const legacy = options.resourceVersion === '' || options.resourceVersion === '0';
  if (!options.watch || !legacy || options.sendInitialEvents !== undefined || options.resourceVersionMatch !== '') return options;
  return { ...options, sendInitialEvents: true, resourceVersionMatch: 'NotOlderThan' };
}

const MATCH = Path.of('resourceVersionMatch');
const INITIAL = Path.of('sendInitialEvents');

function listErrors(options: ListOptions): ErrorList {
  const errors: FieldError[] = [];
  const match = options.resourceVersionMatch;
  if (match !== '') {
    if (options.resourceVersion === '') errors.push(forbidden(MATCH, 'resourceVersionMatch is forbidden unless resourceVersion is provided'));
    if (options.continue !== '') errors.push(forbidden(MATCH, 'resourceVersionMatch is forbidden when continue is provided'));
    if (match !== 'Exact' && match !== 'NotOlderThan') errors.push(notSupported(MATCH, match, ['Exact', 'NotOlderThan', '']));
    if (match === 'Exact' && options.resourceVersion === '0') errors.push(forbidden(MATCH, 'resourceVersionMatch "exact" is forbidden for resourceVersion "0"'));
  }
  if (options.sendInitialEvents !== undefined) errors.push(forbidden(INITIAL, 'sendInitialEvents is forbidden for list'));
  return errors;
}

function watchErrors(options: ListOptions): ErrorList {
  const errors: FieldError[] = [];
  const match = options.resourceVersionMatch;
  if (options.sendInitialEvents !== undefined && match !== 'NotOlderThan') errors.push(forbidden(MATCH, 'sendInitialEvents requires setting resourceVersionMatch to NotOlderThan'));
  if (match === '') return errors;
  if (options.sendInitialEvents === undefined) errors.push(forbidden(MATCH, 'resourceVersionMatch is forbidden for watch unless sendInitialEvents is provided'));
  if (match !== 'NotOlderThan') errors.push(notSupported(MATCH, match, ['NotOlderThan']));
  if (options.continue !== '') errors.push(forbidden(MATCH, 'resourceVersionMatch is forbidden when continue is provided'));
  return errors;
}
