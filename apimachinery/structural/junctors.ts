/** allOf, anyOf, oneOf and not. A part of ./validator.ts. Behaves like upstream kube-openapi/pkg/validation/validate/schema_props.go. */
import type { Schema } from '../cel/schema-types.ts';
import { goQuote } from '../go-text.ts';
import { invalid } from '../validation/field.ts';
import { Found, type Check } from './problems.ts';

/** `compile` makes the checks of the parts. undefined: there are none. */
export function junctorCheck({ allOf = [], anyOf = [], oneOf = [], not }: Schema, compile: (part: Schema) => Check): Check | undefined {
  const checks = [
    ...(anyOf.length > 0 ? [anyOfCheck(anyOf.map(compile))] : []),
    ...(oneOf.length > 0 ? [oneOfCheck(oneOf.map(compile))] : []),
    ...(allOf.length > 0 ? [allOfCheck(allOf.map(compile))] : []),
    ...(not ? [notCheck(compile(not))] : []),
  ];
  if (checks.length === 0) return undefined;
  return (value, where, found) => {
    for (const check of checks) check(value, where, found);
  };
}

function outcome(check: Check, value: unknown, where: string): Found {
  const found = new Found();
  check(value, where, found);
  return found;
}

const isValid = ({ problems }: Found): boolean => problems.length === 0;

function refuse(where: string, detail: string, found: Found): void {
  const text = `${goQuote(where)} must ${detail}`;
  found.add({ text, where: undefined, told: (at) => invalid(at, '', text) });
}

/** The first of those that meet most demands. */
const nearest = (outcomes: readonly Found[]): Found | undefined => outcomes.reduce<Found | undefined>((best, one) => (best && best.matches >= one.matches ? best : one), undefined);

function anyOfCheck(parts: readonly Check[]): Check {
  return (value, where, found) => {
    const failed: Found[] = [];
    for (const part of parts) {
      const one = outcome(part, value, where);
      if (isValid(one)) return found.merge(one);
      failed.push(one);
    }
    refuse(where, 'validate at least one schema (anyOf)', found);
    found.merge(nearest(failed) ?? new Found());
  };
}

function oneOfCheck(parts: readonly Check[]): Check {
  return (value, where, found) => {
    const all = parts.map((part) => outcome(part, value, where));
    const valid = all.filter(isValid);
    if (valid.length !== 1) refuse(where, `validate one and only one schema (oneOf). ${valid.length === 0 ? 'Found none valid' : `Found ${valid.length} valid alternatives`}`, found);
    const told = valid.length === 0 ? nearest(all) : valid.length === 1 ? valid[0] : undefined;
    if (told) found.merge(told);
  };
}

function allOfCheck(parts: readonly Check[]): Check {
  return (value, where, found) => {
    let valid = 0;
    for (const part of parts) {
      const one = outcome(part, value, where);
      if (isValid(one)) valid++;
      found.merge(one);
    }
    if (valid < parts.length) refuse(where, `validate all the schemas (allOf)${valid === 0 ? '. None validated' : ''}`, found);
  };
}

function notCheck(part: Check): Check {
  return (value, where, found) => {
    if (isValid(outcome(part, value, where))) refuse(where, 'not validate the schema (not)', found);
  };
}
