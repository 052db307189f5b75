import { describe, expect, it } from '@jest/globals';
import { Flags, flagUsage, nearestFlag, type FlagSpec } from './flags.ts';

const specs: FlagSpec[] = [
  { name: 'port', type: 'int', default: '6443', short: 'p' },
  { name: 'verbose', type: 'bool', default: '' },
  { name: 'servers', type: 'strings', default: '' },
  { name: 'wait', type: 'duration', default: '5s' },
  { name: 'labels', type: 'stringToString', default: '' },
];
const parse = (...argv: string[]): Flags => new Flags(specs, argv);

describe('Flags', () => {
  it('takes a value after = or as the next word, and by its letter', () => {
    expect(parse('--port=1').number('port')).toBe(1);
    expect(parse('--port', '2').number('port')).toBe(2);
    expect(parse('-p', '3').number('port')).toBe(3);
    expect(parse().number('port')).toBe(6443);
  });

  it('takes a bool without a value and leaves the next word alone', () => {
    const flags = parse('--verbose', 'up', '--', '--port');
    expect(flags.bool('verbose')).toBe(true);
    expect(flags.args).toEqual(['up', '--port']);
    expect(parse('--verbose=false').bool('verbose')).toBe(false);
  });

  it('gathers lists, maps and durations', () => {
    expect(parse('--servers=a,b', '--servers', 'c').strings('servers')).toEqual(['a', 'b', 'c']);
    expect([...parse('--labels', 'a=b,c=d=e').map('labels')]).toEqual([
      ['a', 'b'],
      ['c', 'd=e'],
    ]);
    expect(parse('--wait=1m30s').duration('wait')).toBe(90_000);
    expect(parse().duration('wait')).toBe(5000);
  });

  it('takes an entry of --runtime-config without a value', () => {
    const flags = new Flags([{ name: 'runtime-config', type: 'mapStringString', default: '' }], ['--runtime-config=api/v1,batch/v1=false']);
    expect([...flags.map('runtime-config')]).toEqual([
      ['api/v1', ''],
      ['batch/v1', 'false'],
    ]);
  });

  it.each([
    { name: 'an unknown flag', argv: ['--prot=1'], want: 'unknown flag: --prot' },
    { name: 'a missing value', argv: ['--port'], want: 'flag needs an argument: --port' },
    { name: 'a malformed number', argv: ['--port=x'], want: 'invalid argument "x" for "--port" flag: strconv.ParseInt: parsing "x": invalid syntax' },
    { name: 'a malformed bool', argv: ['--verbose=maybe'], want: 'invalid argument "maybe" for "--verbose" flag: strconv.ParseBool: parsing "maybe": invalid syntax' },
    { name: 'a malformed duration', argv: ['--wait=5'], want: 'invalid argument "5" for "--wait" flag: time: missing unit in duration "5"' },
  ])('refuses $name', ({ argv, want }) => {
    expect(() => parse(...argv)).toThrow(want);
  });

  it('finds the nearest name for a hint', () => {
    expect(nearestFlag('prot', specs)).toBe('port');
    expect(nearestFlag('something', specs)).toBeUndefined();
  });

  it('prints a line a flag', () => {
    expect(flagUsage(specs).split('\n')[0]).toBe('  -p, --port int                (default 6443)');
  });
});
