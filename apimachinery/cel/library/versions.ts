/** Semantic versions. Behaves like upstream apiserver/pkg/cel/library/semverlib.go on blang/semver. */
import { goQuote } from '../../go-text.ts';
import { Failure, Opaque, type Result, type Value } from '../values.ts';
import { of, type Implementation, type Library } from './function.ts';

type Identifier = bigint | string;

interface Version {
  readonly numbers: readonly bigint[];
  /** Numbers stand before words. */
  readonly prerelease: readonly Identifier[];
}

export class SemverValue extends Opaque {
  readonly typeName = 'kubernetes.Semver';
  readonly version: Version;
  constructor(version: Version) {
    super();
    this.version = version;
  }
  override equals(other: Opaque): boolean {
    return other instanceof SemverValue && order(this.version, other.version) === 0;
  }
}

/** Ends the reading of a version. */
class VersionProblem extends Error {}

const NAMES = ['major', 'minor', 'patch'];
const WORD = /^[0-9A-Za-z-]*$/;

function read(text: string): Version {
  if (text === '') throw new VersionProblem('Version string empty');
  const [, major, minor, rest] = /^([^.]*)\.([^.]*)\.(.*)$/s.exec(text) ?? [];
  if (major === undefined || minor === undefined || rest === undefined) throw new VersionProblem('No Major.Minor.Patch elements found');
  const leading = [major, minor].map(number);
  const [, patch = '', prerelease, build] = /^([^+-]*)(?:-([^+]*))?(?:\+(.*))?$/s.exec(rest) ?? [];
  const numbers = [...leading, number(patch, 2)];
  const identifiers = prerelease === undefined ? [] : prerelease.split('.').map(identifier);
  for (const word of build === undefined ? [] : build.split('.')) checkBuild(word);
  return { numbers, prerelease: identifiers };
}

function number(text: string, i: number): bigint {
  const name = NAMES[i] ?? '';
  if (!/^\d*$/.test(text)) throw new VersionProblem(`Invalid character(s) found in ${name} number ${goQuote(text)}`);
  if (text.length > 1 && text.startsWith('0')) throw new VersionProblem(`${name.charAt(0).toUpperCase()}${name.slice(1)} number must not contain leading zeroes ${goQuote(text)}`);
  return unsigned(text);
}

function unsigned(text: string): bigint {
  if (text === '') throw new VersionProblem('strconv.ParseUint: parsing "": invalid syntax');
  if (BigInt(text) >= 2n ** 64n) throw new VersionProblem(`strconv.ParseUint: parsing ${goQuote(text)}: value out of range`);
  return BigInt(text);
}

function identifier(text: string): Identifier {
  if (text === '') throw new VersionProblem('Prerelease is empty');
  if (/^\d+$/.test(text)) {
    if (text.length > 1 && text.startsWith('0')) throw new VersionProblem(`Numeric PreRelease version must not contain leading zeroes ${goQuote(text)}`);
    return unsigned(text);
  }
  if (!WORD.test(text)) throw new VersionProblem(`Invalid character(s) found in prerelease ${goQuote(text)}`);
  return text;
}

function checkBuild(word: string): void {
  if (word === '') throw new VersionProblem('Build meta data is empty');
  if (!WORD.test(word)) throw new VersionProblem(`Invalid character(s) found in build meta data ${goQuote(word)}`);
}

/** Without a leading v and zeros, with the parts that are missing. */
function normalized(text: string): string {
  const [, major = '', minor, patch] = /^([^.]*)(?:\.([^.]*))?(?:\.(.*))?$/s.exec(text.replace(/^v/, '')) ?? [];
  const parts = [major, minor, patch].flatMap((part) => (part === undefined ? [] : [part.length > 1 ? part.replace(/^0+(?=\d)/, '').replace(/^0+$/, '0') : part]));
  if (parts.length < 3 && /[+-]/.test(parts.at(-1) ?? '')) throw new VersionProblem('short version cannot contain PreRelease/Build meta data');
  return [...parts, '0', '0'].slice(0, 3).join('.');
}

function parse(text: string, normalize: boolean): SemverValue | Failure {
  try {
    return new SemverValue(read(normalize ? normalized(text) : text));
  } catch (error) {
    if (error instanceof VersionProblem) return new Failure(error.message);
    throw error;
  }
}

const sign = (a: Identifier, b: Identifier): number => (a < b ? -1 : a > b ? 1 : 0);

function order(a: Version, b: Version): number {
  for (const [i, n] of a.numbers.entries()) {
    const found = sign(n, b.numbers[i] ?? 0n);
    if (found !== 0) return found;
  }
  if (a.prerelease.length === 0 || b.prerelease.length === 0) return Math.sign(b.prerelease.length - a.prerelease.length);
  return orderOfIdentifiers(a.prerelease, b.prerelease);
}

function orderOfIdentifiers(a: readonly Identifier[], b: readonly Identifier[]): number {
  for (const [i, x] of a.entries()) {
    const y = b[i];
    if (y === undefined) return 1;
    const found = typeof x === typeof y ? sign(x, y) : typeof x === 'bigint' ? -1 : 1;
    if (found !== 0) return found;
  }
  return a.length < b.length ? -1 : 0;
}

const ofVersionText =
  (f: (text: string, normalize: boolean) => Result): Implementation =>
  ([text, normalize = false]) =>
    typeof text === 'string' && typeof normalize === 'boolean' ? f(text, normalize) : undefined;

const ofTwo = (f: (order: number) => Value): Implementation => of(SemverValue, (a, b) => (b instanceof SemverValue ? f(order(a.version, b.version)) : undefined));
const part = (i: number): Implementation => of(SemverValue, ({ version }) => BigInt.asIntN(64, version.numbers[i] ?? 0n));

export const VERSIONS: Library = {
  semver: ofVersionText(parse),
  isSemver: ofVersionText((text, normalize) => parse(text, normalize) instanceof SemverValue),
  major: part(0),
  minor: part(1),
  patch: part(2),
  isGreaterThan: ofTwo((n) => n > 0),
  isLessThan: ofTwo((n) => n < 0),
  compareTo: ofTwo((n) => BigInt(n)),
};
