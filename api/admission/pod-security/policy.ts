/** The standard that a namespace asks for by its labels, and what a pod breaks of it. Behaves like upstream pod-security-admission/api and policy/registry.go. */
import { invalid, Path, type FieldError } from '../../../apimachinery/validation/field.ts';
import { BASELINE } from './baseline.ts';
import type { Annotations, Check, Finding, Spec } from './check.ts';
import { RESTRICTED } from './restricted.ts';

export type Level = 'privileged' | 'baseline' | 'restricted';
const LEVELS: readonly Level[] = ['privileged', 'baseline', 'restricted'];
const NEWEST = 35;
const PREFIX = 'pod-security.kubernetes.io/';

export interface LevelVersion {
  readonly level: Level;
  /** Minor version; 'latest': the newest. */
  readonly version: number | 'latest';
}
export type Mode = 'enforce' | 'audit' | 'warn';
export type Policy = Readonly<Record<Mode, LevelVersion>>;

export const PRIVILEGED: LevelVersion = { level: 'privileged', version: 'latest' };
export const DEFAULT_POLICY: Policy = { enforce: PRIVILEGED, audit: PRIVILEGED, warn: PRIVILEGED };

export const levelText = ({ level, version }: LevelVersion): string => `${level}:${version === 'latest' ? version : `v1.${version}`}`;
export const isStricter = (a: Level, b: Level): boolean => LEVELS.indexOf(a) > LEVELS.indexOf(b);
export const isSameLevel = (a: LevelVersion, b: LevelVersion): boolean => a.level === b.level && a.version === b.version;

/** A label that cannot be read enforces the strictest level, and audits and warns of nothing. */
export function policyOf(labels: Readonly<Record<string, string>> | undefined, defaults: Policy): { readonly policy: Policy; readonly errors: readonly FieldError[] } {
  const errors: FieldError[] = [];
  const refuse = (label: string, value: string, why: string): void => void errors.push(invalid(Path.of('metadata', 'labels').key(label), value, why));
  const read = (mode: Mode): LevelVersion => {
    const level = labels?.[PREFIX + mode];
    const version = labels?.[`${PREFIX}${mode}-version`];
    const knownLevel = LEVELS.find((l) => l === level);
    if (level !== undefined && !knownLevel) refuse(PREFIX + mode, level, `must be one of ${LEVELS.join(', ')}`);
    const minor = /^v1\.(0|[1-9][0-9]*)$/.exec(version ?? '')?.[1];
    if (version !== undefined && version !== 'latest' && minor === undefined) refuse(`${PREFIX}${mode}-version`, version, 'must be "latest" or "v1.x"');
    const fallback: Level = mode === 'enforce' ? 'restricted' : 'privileged';
    return { level: level === undefined ? defaults[mode].level : (knownLevel ?? fallback), version: version === undefined ? defaults[mode].version : minor === undefined ? 'latest' : Number(minor) };
  };
  const policy = { enforce: read('enforce'), audit: read('audit'), warn: read('warn') };
  return { policy: { ...policy, warn: warnOf(policy, labels ?? {}) }, errors };
}

/** Who enforces a level is warned of it, too, unless he says otherwise. */
function warnOf({ enforce, warn }: Policy, labels: Readonly<Record<string, string>>): LevelVersion {
  const asked = labels[`${PREFIX}enforce`];
  if (labels[`${PREFIX}warn`] !== undefined || !LEVELS.some((l) => l === asked) || !isStricter(enforce.level, warn.level)) return warn;
  return { level: enforce.level, version: labels[`${PREFIX}warn-version`] === undefined ? enforce.version : warn.version };
}

const NOTHING: readonly Finding[] = [];
/** By level and minor version. */
const knownChecks = new Map<string, readonly Check[]>();

function checksFor(level: Level, minor: number): readonly Check[] {
  const id = `${level} ${minor}`;
  let checks = knownChecks.get(id);
  if (!checks) knownChecks.set(id, (checks = checksIn(level, minor)));
  return checks;
}

function checksIn(level: Level, minor: number): readonly Check[] {
  const inForce = (checks: readonly Check[]): Check[] => checks.filter((c) => c.since <= minor);
  if (level === 'baseline') return inForce(BASELINE);
  const restricted = inForce(RESTRICTED);
  const overridden = new Set(restricted.flatMap((c) => c.overrides ?? []));
  return [...inForce(BASELINE).filter((c) => !overridden.has(c.id)), ...restricted];
}

/** All that the pod breaks. */
export function findings({ level, version }: LevelVersion, spec: Spec, annotations: Annotations): readonly Finding[] {
  if (level === 'privileged') return NOTHING;
  const minor = version === 'latest' ? NEWEST : Math.min(version, NEWEST);
  return checksFor(level, minor).flatMap((check) => check.find(spec, annotations, minor) ?? []);
}

export function detailText(found: readonly Finding[]): string {
  return found.map(({ reason, detail }) => (detail === '' ? reason : `${reason} (${detail})`)).join(', ');
}
