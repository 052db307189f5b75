/** What is wrong with an expression that selects devices. Behaves like upstream dynamic-resource-allocation/cel/compile.go; its cost is not estimated. */
import { compile } from '../../../apimachinery/cel/compile.ts';
import { ANY, BOOL, mapOf, named, objectType, STRING, typeString, type CelType } from '../../../apimachinery/cel/types.ts';
import { invalid, type FieldError, type Path } from '../../../apimachinery/validation/field.ts';

const DEVICE = objectType('kubernetes.DRADevice', {
  driver: STRING,
  attributes: mapOf(STRING, mapOf(STRING, ANY)),
  capacity: mapOf(STRING, mapOf(STRING, named('kubernetes.Quantity'))),
});
const VARIABLES: ReadonlyMap<string, CelType> = new Map([['device', DEVICE]]);

export function selectorErrors(expression: string, path: Path): FieldError[] {
  const { type, error } = compile(expression, { variables: VARIABLES, hasBindings: true });
  if (error !== undefined) return [invalid(path, expression, `compilation failed: ${error}`)];
  return type === BOOL || type === ANY ? [] : [invalid(path, expression, `must evaluate to bool or the unknown type, not ${typeString(type)}`)];
}
