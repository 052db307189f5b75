/** `node dist/test/bar/roundtrip.js`: all kinds of upstream's compatibility data (K8TS_SHARED/oracle/roundtrip), each encoding into the others, byte for byte. */
import { readdirSync, readFileSync } from 'node:fs';
import { roundTripFailures } from '../../apimachinery/serializer/testing/roundtrip.ts';
import { bar, shared } from './setting.ts';

const read = (name: string, ending: string): Uint8Array => new Uint8Array(readFileSync(shared('oracle', 'roundtrip', `${name}.${ending}`)));

function failuresOf(name: string): number {
  const failures = roundTripFailures(name, { json: read(name, 'json'), yaml: read(name, 'yaml'), pb: read(name, 'pb') });
  for (const failure of failures) console.log(`${name}: ${failure}`);
  return failures.length;
}

await bar(() => {
  const files = readdirSync(shared('oracle', 'roundtrip')).filter((file) => file.endsWith('.pb'));
  const failed = files.filter((file) => failuresOf(file.slice(0, -3)) > 0).length;
  console.log(`${files.length - failed} passed, ${failed} failed`);
  process.exitCode = failed === 0 ? 0 : 1;
  return Promise.resolve();
});
