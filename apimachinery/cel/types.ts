/** The types of CEL values, and how they are written. Behaves like upstream cel-go/common/types/types.go and cel-go/checker/format.go. */

export interface CelType {
  /** object: may be null, too (messages, times, durations). var: stands for a type that is being found out. */
  readonly kind: 'dyn' | 'error' | 'null' | 'simple' | 'object' | 'list' | 'map' | 'type' | 'opaque' | 'var';
  readonly name: string;
  readonly params: readonly CelType[];
  /** Of an object: what may be selected. */
  readonly fields?: ReadonlyMap<string, CelType>;
}

const make = (kind: CelType['kind'], name: string, ...params: CelType[]): CelType => ({ kind, name, params });

export const DYN = make('dyn', 'dyn');
/** A value of any type, as attributes of devices are. */
export const ANY = make('dyn', 'any');
export const ERROR = make('error', '!error!');
export const NULL = make('null', 'null_type');
export const BOOL = make('simple', 'bool');
export const INT = make('simple', 'int');
export const STRING = make('simple', 'string');
export const TIMESTAMP = make('object', 'google.protobuf.Timestamp');
export const DURATION = make('object', 'google.protobuf.Duration');

const NAMED: Readonly<Record<string, CelType>> = {
  dyn: DYN,
  bool: BOOL,
  int: INT,
  string: STRING,
  uint: make('simple', 'uint'),
  double: make('simple', 'double'),
  bytes: make('simple', 'bytes'),
  null_type: NULL,
  timestamp: TIMESTAMP,
  duration: DURATION,
};

export const listOf = (element: CelType): CelType => make('list', 'list', element);
export const mapOf = (key: CelType, value: CelType): CelType => make('map', 'map', key, value);
export const typeOf = (type: CelType): CelType => make('type', 'type', type);
export const optionalOf = (type: CelType): CelType => make('opaque', 'optional_type', type);
export const variable = (id: number): CelType => make('var', `_var${id}`);
/** A type of its own, known by its name. */
export const named = (name: string): CelType => NAMED[name] ?? make('object', name);

export function objectType(name: string, fields: Readonly<Record<string, CelType>>): CelType {
  return { kind: 'object', name, params: [], fields: new Map(Object.entries(fields)) };
}

/** As upstream's messages of the checker write it. */
export function format(type: CelType): string {
  if (type.kind === 'null') return 'null';
  if (type === TIMESTAMP) return 'timestamp';
  if (type === DURATION) return 'duration';
  return type.params.length === 0 ? type.name : `${type.name}(${type.params.map(format).join(', ')})`;
}

/** As upstream's `Type.String` writes it. */
export function typeString(type: CelType): string {
  return type.params.length === 0 ? type.name : `${type.name}(${type.params.map(typeString).join(', ')})`;
}

/** Arguments, behind `T.` for a method of T. */
export function formatArguments(args: readonly CelType[], isMember: boolean): string {
  const [target, ...rest] = args;
  return isMember && target ? `${format(target)}.(${rest.map(format).join(', ')})` : `(${args.map(format).join(', ')})`;
}
