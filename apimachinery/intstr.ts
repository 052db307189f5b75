/** Values that are a number or a text, usually a percentage. Behaves like upstream apimachinery/pkg/util/intstr. */

export type IntOrString = number | string;

/** A text that reads as an int32 becomes that number, as a flag's value does. */
export function parseIntOrString(text: string): IntOrString {
  if (!/^[+-]?[0-9]+$/.test(text)) return text;
  const n = Number(text);
  return n >= -(2 ** 31) && n < 2 ** 31 ? n : text;
}

/** The number; a text is converted, 0 when it is none. */
export function intValue(value: IntOrString): number {
  if (typeof value === 'number') return value;
  return /^[+-]?[0-9]+$/.test(value) ? Number(value) : 0;
}

/** Whole numbers as they are, percentages of `total`, rounded up or down. Throws an Error with upstream's message for anything else. */
export function getScaledValueFromIntOrPercent(value: IntOrString | undefined | null, total: number, roundUp: boolean): number {
  if (value === undefined || value === null) throw new Error('nil value for IntOrString');
  if (typeof value === 'number') return value;
  const scaled = (percentOf(value) * total) / 100;
  return roundUp ? Math.ceil(scaled) : Math.floor(scaled);
}

function percentOf(text: string): number {
  if (!text.endsWith('%')) throw new Error('invalid value for IntOrString: invalid type: string is not a percentage');
  const digits = text.slice(0, -1);
  if (!/^[+-]?[0-9]+$/.test(digits))
    throw new Error(
      `invalid value for IntOrString: invalid value ${JSON.stringify(text)}: strconv.Atoi: parsing ${JSON.stringify(digits)}: invalid syntax`,
    );
  return Number(digits);
}
