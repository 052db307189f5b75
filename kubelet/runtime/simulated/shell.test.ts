import { describe, expect, it } from '@jest/globals';
import { noSignals, type ProcessContext } from './shell-programs.ts';
import { isKnown, runCommand } from './shell.ts';

const [encoder, decoder] = [new TextEncoder(), new TextDecoder()];

/** Plays a script; `#unknown` stands for a program or a syntax that is not played. */
async function play(script: string, { files = {}, env = {}, signals = noSignals(), onSleep = () => undefined as void } = {}): Promise<string> {
  const kept = new Map<string, Uint8Array>(Object.entries(files as Record<string, string>).map(([path, text]) => [path, encoder.encode(text)]));
  let printed = '';
  const context: ProcessContext = {
    env: new Map(Object.entries(env)),
    stdin: undefined,
    signals,
    out: async (stream, text) => void (printed += stream === 1 ? text : `2:${text}`),
    readFile: async (path) => kept.get(path),
    writeFile: async (path, bytes, append) => void kept.set(path, append ? encoder.encode(decoder.decode(kept.get(path)) + decoder.decode(bytes)) : bytes),
    removeFile: async (path) => kept.delete(path),
    sleep: async () => onSleep(),
    random: (n) => n - 1,
    unknown: async () => {
      printed += '#unknown\n';
      return 127;
    },
  };
  const code = await runCommand(['sh', '-c', script], context);
  return `${printed}${code}`;
}

describe('the simulated shell', () => {
  it.each([
    { name: 'an exit code', script: 'exit 3', want: '3' },
    { name: 'conditions by exit code', script: 'false && echo a || echo b; ! false && echo c', want: 'b\nc\n0' },
    { name: 'if, elif and else', script: 'if [ $X = a ]; then echo 1; elif [ $X = b ]; then echo 2; else echo 3; fi', env: { X: 'b' }, want: '2\n0' },
    { name: 'a file that is there the second time', script: 'if [[ -r /data/foo-$I ]]\nthen\n exit 0\nelse\n touch /data/foo-$I\n exit 42\nfi', env: { I: '1' }, want: '42' },
    { name: 'a file that is there', script: 'if [[ -r /data/foo ]]; then exit 0; else exit 1; fi', files: { '/data/foo': '' }, want: '0' },
    { name: 'arithmetic', script: 'echo $((2 + 3 * (4 - 1) % 5)) $(( N / 2 ))', env: { N: '7' }, want: '6 3\n0' },
    { name: 'chance', script: 'echo $RANDOM $((RANDOM / 16384)); exit $(( $RANDOM / 16384 ))', want: '32767 1\n1' },
    { name: 'what a command prints', script: 'if [ $(expr ${I} % 2) -ne 0 ]; then exit 1; else exit 0; fi', env: { I: '3' }, want: '1' },
    { name: 'loops', script: 'i=0; while [ $i -lt 3 ]; do echo $i; i=$((i + 1)); done; until [ $i -eq 0 ]; do i=$((i-1)); done; echo $i', want: '0\n1\n2\n0\n0' },
    { name: 'lists', script: 'for x in a "b c" $L; do echo "<$x>"; done', env: { L: ' d  e ' }, want: '<a>\n<b c>\n<d>\n<e>\n0' },
    { name: 'functions', script: 'f() { echo in; return_code=1; }\nf && echo ${return_code} ${other:-none}', want: 'in\n1 none\n0' },
    { name: 'set -e', script: 'set -ex; false || echo on; if false; then :; fi; false; echo never', want: 'on\n1' },
    { name: 'files that move', script: 'mv -v /a.crt /tmp/ || true; cat /tmp/a.crt; mv /a.crt /b || echo no', files: { '/a.crt': 'x\n' }, want: "'/a.crt' -> '/tmp/a.crt'\nx\n2:mv: can't rename '/a.crt': No such file or directory\nno\n0" },
    { name: 'redirections', script: 'echo a > /f; echo b >> /f; cat /f; echo c > /dev/null; echo d >&2', want: 'a\nb\n2:d\n0' },
    { name: 'a division by zero', script: 'echo $((1 / 0))', want: '2:sh: arithmetic: divide by zero\n2' },
  ])('plays $name', async ({ script, want, ...given }) => {
    expect(await play(script, given)).toBe(want);
  });

  it.each(['echo a | cat', 'sleep 1 & wait', 'cat < /x', 'case a in a) echo;; esac', '(echo sub)', 'echo `date`', 'if true; then echo', 'nginx'])('says that it does not play %s', async (script) => {
    expect(await play(script)).toBe('#unknown\n127');
  });

  it('runs what a script trapped once the command under way has ended', async () => {
    const signals = noSignals();
    let slept = 0;
    const onSleep = (): void => {
      if (++slept === 3) signals.pending.add('TERM');
    };
    expect(await play('_term(){\n echo bye\n exit 143\n}\ntrap _term SIGTERM\nwhile true; do\n sleep 1\ndone', { signals, onSleep })).toBe('bye\n143');
    expect([...signals.trapped]).toEqual(['TERM']);
  });

  it('knows programs by the last part of their path', () => {
    expect([['/bin/sh'], ['/usr/bin/env'], ['nginx'], []].map(isKnown)).toEqual([true, true, false, false]);
  });
});
