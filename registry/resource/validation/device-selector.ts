/** What is wrong with an expression that selects devices, and whether it may cost too much. Behaves like upstream dynamic-resource-allocation/cel/compile.go. */
import { compile } from '../../../apimachinery/cel/compile.ts';
import { estimateCost } from '../../../apimachinery/cel/estimate.ts';
import { newProgram } from '../../../apimachinery/cel/program.ts';
import { simple, sizesIn, type DeclaredType } from '../../../apimachinery/cel/schema-types.ts';
import { ANY, BOOL, mapOf, named, objectType, STRING, typeString, type CelType } from '../../../apimachinery/cel/types.ts';
import { forbidden, internalError, invalid, type FieldError, type Path } from '../../../apimachinery/validation/field.ts';

const MAX_COST = 1_000_000n;
/** Of attributes and capacities. */
const MAX_MEMBERS = 32;
const MAX_DOMAIN = 63;
const MAX_ID = 32;
const MAX_VALUE = 64;
const QUANTITY = named('kubernetes.Quantity');

const DEVICE = objectType('kubernetes.DRADevice', {
  driver: STRING,
  attributes: mapOf(STRING, mapOf(STRING, ANY)),
  capacity: mapOf(STRING, mapOf(STRING, QUANTITY)),
});
const VARIABLES: ReadonlyMap<string, CelType> = new Map([['device', DEVICE]]);

const ATTRIBUTE = simple(ANY, MAX_VALUE, 1);
const mapFrom = (key: DeclaredType, element: DeclaredType): DeclaredType => ({ type: mapOf(key.type, element.type), key, element, maxElements: MAX_MEMBERS, minSize: 2 });
const byDomain = (element: DeclaredType): DeclaredType => mapFrom(simple(STRING, MAX_DOMAIN, 2), mapFrom(simple(STRING, MAX_ID, 2), element));
const SIZES = sizesIn(
  {
    type: DEVICE,
    fields: new Map([['driver', simple(STRING, MAX_DOMAIN, 2)], ['attributes', byDomain(ATTRIBUTE)], ['capacity', byDomain(simple(QUANTITY, 0, 8))]]),
    maxElements: 0,
    minSize: 2,
  },
  (parent) => (parent.element === ATTRIBUTE ? ATTRIBUTE : undefined),
);

export function selectorErrors(expression: string, path: Path): FieldError[] {
  const { type, error, expr } = compile(expression, { variables: VARIABLES, hasBindings: true });
  if (error !== undefined || !expr) return [invalid(path, expression, `compilation failed: ${error ?? ''}`)];
  if (type !== BOOL && type !== ANY) return [invalid(path, expression, `must evaluate to bool or the unknown type, not ${typeString(type)}`)];
  const { error: problem } = newProgram(expr, new Set(VARIABLES.keys()));
  if (problem !== undefined) return [internalError(path, `program instantiation failed: ${problem}`)];
  return estimateCost(expr, SIZES).max > MAX_COST ? [forbidden(path, 'too complex, exceeds cost limit')] : [];
}
