/** The functions that expressions may call, by name, with their overloads in upstream's order: the first that fits decides what is not known yet. Behaves like upstream cel-go/common/stdlib, cel-go/ext and apiserver/pkg/cel/library. */
import { parseSignatures, type Overload } from './signatures.ts';

const SORTABLE = ['int', 'uint', 'double', 'bool', 'duration', 'timestamp', 'string', 'bytes'];
const NUMBERS = ['double', 'int', 'uint'];
const FORMATS = ['dns1123Label', 'dns1123Subdomain', 'dns1035Label', 'qualifiedName', 'dns1123LabelPrefix', 'dns1123SubdomainPrefix', 'dns1035LabelPrefix', 'labelValue', 'uri', 'uuid', 'byte', 'date', 'datetime'];

/** By what stands on the left: what may stand on the right. */
const COMPARABLE: readonly (readonly [string, readonly string[]])[] = [
  ['bool', ['bool']],
  ['int', ['int', 'double', 'uint']],
  ['uint', ['uint', 'double', 'int']],
  ['double', ['double', 'int', 'uint']],
  ...['string', 'bytes', 'timestamp', 'duration'].map((t) => [t, [t]] as const),
];
const comparisons = ['_<_', '_<=_', '_>_', '_>=_'].flatMap((name) => COMPARABLE.flatMap(([a, others]) => others.map((b) => `${name}(${a}, ${b}) bool`)));

const arithmetic = [
  ...['_*_', '_/_'].flatMap((name) => NUMBERS.map((t) => `${name}(${t}, ${t}) ${t}`)),
  ...['int', 'uint'].map((t) => `_%_(${t}, ${t}) ${t}`),
  ...['double', 'int'].map((t) => `-_(${t}) ${t}`),
  ...['bytes', 'double', 'duration'].map((t) => `_+_(${t}, ${t}) ${t}`),
  '_+_(duration, timestamp) timestamp',
  '_+_(timestamp, duration) timestamp',
  ...['int', 'list(A)', 'string', 'uint'].map((t) => `_+_(${t}, ${t}) ${t}`),
  ...['double', 'duration', 'int'].map((t) => `_-_(${t}, ${t}) ${t}`),
  '_-_(timestamp, duration) timestamp',
  '_-_(timestamp, timestamp) duration',
  '_-_(uint, uint) uint',
];

const operators = [
  '_&&_(bool, bool) bool',
  '_||_(bool, bool) bool',
  '!_(bool) bool',
  '@not_strictly_false(bool) bool',
  '_?_:_(bool, A, A) A',
  '_==_(A, A) bool',
  '_!=_(A, A) bool',
  '@in(A, list(A)) bool',
  '@in(A, map(A, B)) bool',
  '_[_](list(A), int) A',
  '_[_](map(A, B), A) B',
  '_[_](optional_type(list(A)), int) optional_type(A)',
  '_[_](optional_type(map(A, B)), A) optional_type(B)',
  '_[?_](list(A), int) optional_type(A)',
  '_[?_](optional_type(list(A)), int) optional_type(A)',
  '_[?_](map(A, B), A) optional_type(B)',
  '_[?_](optional_type(map(A, B)), A) optional_type(B)',
];

const conversions = [
  ...['bool', 'string'].map((t) => `bool(${t}) bool`),
  ...['bytes', 'string'].map((t) => `bytes(${t}) bytes`),
  ...['double', 'int', 'string', 'uint'].map((t) => `double(${t}) double`),
  ...['duration', 'int', 'string'].map((t) => `duration(${t}) duration`),
  ...['int', 'double', 'duration', 'string', 'timestamp', 'uint'].map((t) => `int(${t}) int`),
  ...['uint', 'double', 'int', 'string'].map((t) => `uint(${t}) uint`),
  ...['string', 'bool', 'bytes', 'double', 'duration', 'int', 'timestamp', 'uint'].map((t) => `string(${t}) string`),
  ...['timestamp', 'int', 'string'].map((t) => `timestamp(${t}) timestamp`),
  'dyn(A) dyn',
  'type(A) type(A)',
];

const times = ['getDate', 'getDayOfMonth', 'getDayOfWeek', 'getDayOfYear', 'getFullYear', 'getHours', 'getMilliseconds', 'getMinutes', 'getMonth', 'getSeconds'].flatMap((name) => [
  `timestamp->${name}() int`,
  `timestamp->${name}(string) int`,
]);

const strings = `
string->contains(string) bool
string->startsWith(string) bool
string->endsWith(string) bool
matches(string, string) bool
string->matches(string) bool
string->charAt(int) string
string->indexOf(string) int
string->indexOf(string, int) int
string->lastIndexOf(string) int
string->lastIndexOf(string, int) int
string->lowerAscii() string
string->upperAscii() string
string->replace(string, string) string
string->replace(string, string, int) string
string->split(string) list(string)
string->split(string, int) list(string)
string->substring(int) string
string->substring(int, int) string
string->trim() string
string->format(list(dyn)) string
strings.quote(string) string
list(string)->join() string
list(string)->join(string) string
string->find(string) string
string->findAll(string) list(string)
string->findAll(string, int) list(string)
`;

const lists = `
lists.range(int) list(int)
list(A)->slice(int, int) list(A)
list(list(A))->flatten() list(A)
list(dyn)->flatten(int) list(dyn)
list(A)->distinct() list(A)
list(A)->reverse() list(A)
list(A)->first() optional_type(A)
list(A)->last() optional_type(A)
list(A)->indexOf(A) int
list(A)->lastIndexOf(A) int
sets.contains(list(A), list(A)) bool
sets.equivalent(list(A), list(A)) bool
sets.intersects(list(A), list(A)) bool
cel.@mapInsert(map(A, B), A, B) map(A, B)
cel.@mapInsert(map(A, B), map(A, B)) map(A, B)
`;

const orderedLists = [
  ...SORTABLE.flatMap((t) => [`list(${t})->isSorted() bool`, `list(${t})->max() ${t}`, `list(${t})->min() ${t}`, `list(${t})->sort() list(${t})`, `list(A)->@sortByAssociatedKeys(list(${t})) list(A)`]),
  ...['int', 'uint', 'double', 'duration'].map((t) => `list(${t})->sum() ${t}`),
];

const optionals = `
optional.none() optional_type(A)
optional.of(A) optional_type(A)
optional.ofNonZeroValue(A) optional_type(A)
optional.unwrap(list(optional_type(A))) list(A)
list(optional_type(A))->unwrapOpt() list(A)
optional_type(A)->value() A
optional_type(A)->hasValue() bool
optional_type(A)->or(optional_type(A)) optional_type(A)
optional_type(A)->orValue(A) A
`;

const sizes = ['bytes', 'list(A)', 'map(A, B)', 'string'].flatMap((t) => [`size(${t}) int`, `${t}->size() int`]);

const authorizer = `
kubernetes.authorization.Authorizer->path(string) kubernetes.authorization.PathCheck
kubernetes.authorization.Authorizer->group(string) kubernetes.authorization.GroupCheck
kubernetes.authorization.Authorizer->serviceAccount(string, string) kubernetes.authorization.Authorizer
kubernetes.authorization.GroupCheck->resource(string) kubernetes.authorization.ResourceCheck
kubernetes.authorization.ResourceCheck->subresource(string) kubernetes.authorization.ResourceCheck
kubernetes.authorization.ResourceCheck->namespace(string) kubernetes.authorization.ResourceCheck
kubernetes.authorization.ResourceCheck->name(string) kubernetes.authorization.ResourceCheck
kubernetes.authorization.ResourceCheck->fieldSelector(string) kubernetes.authorization.ResourceCheck
kubernetes.authorization.ResourceCheck->labelSelector(string) kubernetes.authorization.ResourceCheck
kubernetes.authorization.PathCheck->check(string) kubernetes.authorization.Decision
kubernetes.authorization.ResourceCheck->check(string) kubernetes.authorization.Decision
kubernetes.authorization.Decision->errored() bool
kubernetes.authorization.Decision->error() string
kubernetes.authorization.Decision->allowed() bool
kubernetes.authorization.Decision->reason() string
`;

const addresses = `
ip(string) net.IP
isIP(string) bool
ip.isCanonical(string) bool
string(net.IP) string
net.IP->family() int
net.IP->isUnspecified() bool
net.IP->isLoopback() bool
net.IP->isLinkLocalMulticast() bool
net.IP->isLinkLocalUnicast() bool
net.IP->isGlobalUnicast() bool
cidr(string) net.CIDR
isCIDR(string) bool
string(net.CIDR) string
net.CIDR->containsIP(string) bool
net.CIDR->containsIP(net.IP) bool
net.CIDR->containsCIDR(string) bool
net.CIDR->containsCIDR(net.CIDR) bool
net.CIDR->ip() net.IP
net.CIDR->prefixLength() int
net.CIDR->masked() net.CIDR
url(string) kubernetes.URL
isURL(string) bool
kubernetes.URL->getScheme() string
kubernetes.URL->getHost() string
kubernetes.URL->getHostname() string
kubernetes.URL->getPort() string
kubernetes.URL->getEscapedPath() string
kubernetes.URL->getQuery() map(string, list(string))
`;

const quantities = `
quantity(string) kubernetes.Quantity
isQuantity(string) bool
sign(kubernetes.Quantity) int
kubernetes.Quantity->isGreaterThan(kubernetes.Quantity) bool
kubernetes.Quantity->isLessThan(kubernetes.Quantity) bool
kubernetes.Quantity->compareTo(kubernetes.Quantity) int
kubernetes.Quantity->asApproximateFloat() double
kubernetes.Quantity->asInteger() int
kubernetes.Quantity->isInteger() bool
kubernetes.Quantity->add(kubernetes.Quantity) kubernetes.Quantity
kubernetes.Quantity->add(int) kubernetes.Quantity
kubernetes.Quantity->sub(kubernetes.Quantity) kubernetes.Quantity
kubernetes.Quantity->sub(int) kubernetes.Quantity
semver(string) kubernetes.Semver
semver(string, bool) kubernetes.Semver
isSemver(string) bool
isSemver(string, bool) bool
kubernetes.Semver->isGreaterThan(kubernetes.Semver) bool
kubernetes.Semver->isLessThan(kubernetes.Semver) bool
kubernetes.Semver->compareTo(kubernetes.Semver) int
kubernetes.Semver->major() int
kubernetes.Semver->minor() int
kubernetes.Semver->patch() int
`;

const formats = [...FORMATS.map((name) => `format.${name}() kubernetes.NamedFormat`), 'format.named(string) optional_type(kubernetes.NamedFormat)', 'kubernetes.NamedFormat->validate(string) optional_type(list(string))'];
const durations = ['getHours', 'getMilliseconds', 'getMinutes', 'getSeconds'].map((name) => `duration->${name}() int`);

/** The base environment of Kubernetes v1.35. */
export const FUNCTIONS: ReadonlyMap<string, readonly Overload[]> = parseSignatures([
  ...[comparisons, arithmetic, operators, conversions, times, durations, orderedLists, sizes, formats].flat(),
  ...[lists, strings, optionals, authorizer, addresses, quantities].flatMap((text) => text.trim().split('\n')),
]);
