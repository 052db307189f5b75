/** Named formats: whether a text is a label, a UUID, a date. Behaves like upstream apiserver/pkg/cel/library/format.go. */
import { isQualifiedName, isValidLabelValue } from '../../validation/label.ts';
import { nameIsDNS1035Label, nameIsDNSLabel, nameIsDNSSubdomain } from '../../validation/names.ts';
import { NONE, Opaque, Optional } from '../values.ts';
import { of, ofText, type Library } from './function.ts';
import { parseURL } from './net-url.ts';
import { isBase64, isDate, isDateTime, isUUID } from './text-formats.ts';

type Check = (text: string) => readonly string[];

export class FormatValue extends Opaque {
  readonly typeName = 'kubernetes.NamedFormat';
  readonly name: string;
  /** What is wrong with a text. */
  readonly check: Check;
  /** Of the pattern that it stands for; what a validation costs depends on it. */
  readonly maxRegexSize: number;

  constructor(name: string, maxRegexSize: number, check: Check) {
    super();
    this.name = name;
    this.check = check;
    this.maxRegexSize = maxRegexSize;
  }
  override equals(other: Opaque): boolean {
    return other instanceof FormatValue && this.name === other.name;
  }
}

const matching = (test: (text: string) => boolean, message: string): Check => (text) => (test(text) ? [] : [message]);

function uri(text: string): readonly string[] {
  const url = parseURL(text, true);
  return 'problem' in url ? [url.problem] : [];
}

/** The sizes are those of upstream's patterns: a UUID's, and a date-time's. */
const FORMATS: Readonly<Record<string, FormatValue>> = {
  dns1123Label: new FormatValue('DNS1123Label', 30, (text) => nameIsDNSLabel(text, false)),
  dns1123Subdomain: new FormatValue('DNS1123Subdomain', 60, (text) => nameIsDNSSubdomain(text, false)),
  dns1035Label: new FormatValue('DNS1035Label', 30, (text) => nameIsDNS1035Label(text, false)),
  qualifiedName: new FormatValue('QualifiedName', 60, isQualifiedName),
  dns1123LabelPrefix: new FormatValue('DNS1123LabelPrefix', 30, (text) => nameIsDNSLabel(text, true)),
  dns1123SubdomainPrefix: new FormatValue('DNS1123SubdomainPrefix', 60, (text) => nameIsDNSSubdomain(text, true)),
  dns1035LabelPrefix: new FormatValue('DNS1035LabelPrefix', 30, (text) => nameIsDNS1035Label(text, true)),
  labelValue: new FormatValue('LabelValue', 40, isValidLabelValue),
  uri: new FormatValue('URI', 1103, uri),
  uuid: new FormatValue('uuid', 70, matching(isUUID, 'does not match the UUID format')),
  byte: new FormatValue('byte', 84, matching(isBase64, 'invalid base64')),
  date: new FormatValue('date', 71, matching(isDate, 'invalid date')),
  datetime: new FormatValue('datetime', 71, matching(isDateTime, 'invalid datetime')),
};

function validate({ check }: FormatValue, text: unknown): Optional | undefined {
  if (typeof text !== 'string') return undefined;
  const problems = check(text);
  return problems.length === 0 ? NONE : new Optional(problems);
}

export const NAMED_FORMATS: Library = {
  ...Object.fromEntries(Object.entries(FORMATS).map(([name, format]) => [`format.${name}`, () => format])),
  'format.named': ofText((name) => (Object.hasOwn(FORMATS, name) ? new Optional(FORMATS[name]) : NONE)),
  validate: of(FormatValue, validate),
};
