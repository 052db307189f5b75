/** cmd/flags/<program>.gen.ts: name, type and default of every flag of upstream's programs. */
import { listFacts, readFactText } from './facts.ts';

/** Types that pflag prints by an example of the value. */
const PLAIN: Readonly<Record<string, string>> = { 'version[=true]': 'string', 'pattern=N,...': 'string', '[]v1.Taint': 'strings', RuntimeDefault: 'string', ProxyMode: 'string', LocalMode: 'string', 'reserved-memory': 'string' };
/** Flags that print something and end the program. */
const COMMON = [
  ['help', 'bool', ''],
  ['version', 'bool', ''],
];

function rows(tsv: string): string[][] {
  const own = tsv.split('\n').filter((l) => l !== '').map((l) => l.split('\t').map((c) => c.trim()));
  return [...own.filter(([name]) => !COMMON.some(([c]) => c === name)), ...COMMON];
}

/** Path to text. */
export function flagTables(): Map<string, string> {
  return new Map(
    listFacts('flags').map((file) => {
      const program = file.replace(/\.tsv$/, '');
      const lines = rows(readFactText(`flags/${file}`)).map(([name = '', type = '', value = '']) => `  { name: ${JSON.stringify(name)}, type: ${JSON.stringify(PLAIN[type] ?? type)}, default: ${JSON.stringify(value)} },`);
      return [`cmd/upstream-flags/${program}.gen.ts`, `import type { FlagSpec } from '../../component-base/flags.ts';\n\nexport default [\n${lines.join('\n')}\n] satisfies FlagSpec[];\n`];
    }),
  );
}
