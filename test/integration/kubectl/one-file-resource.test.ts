import { spawn } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { newAuthority } from '../../../cluster/pki/certificate.ts';
import { realClock } from '../../../component-base/clock.ts';
import { trackedFields } from '../../../registry/generic/managed-fields.ts';
import gadget from '../../fixtures/registry/example/gadget.ts';
import { Kubectl, kubectlPath } from '../../harness/kubectl.ts';
import { newMemoryApiServer, type TestServer } from '../api/memory-api-server.ts';

let server: TestServer;
let kubectl: Kubectl;
let kubeconfig: string;
let dir: string;

beforeAll(async () => {
  dir = mkdtempSync(join(tmpdir(), 'k8ts-gadget-'));
  const now = realClock.now();
  const ca = await newAuthority('test', now);
  const tls = await ca.issue({ subject: { commonName: 'server' }, usages: ['serverAuth'], names: ['127.0.0.1'], days: 1 }, now);
  server = await newMemoryApiServer({}, { definitions: [gadget], managed: trackedFields });
  const { port } = await server.listen({ host: '127.0.0.1', port: 0, tls });
  kubeconfig = join(dir, 'kubeconfig');
  const cluster = { server: `https://127.0.0.1:${port}`, 'certificate-authority-data': Buffer.from(ca.cert).toString('base64') };
  const config = { apiVersion: 'v1', kind: 'Config', clusters: [{ name: 'c', cluster }], users: [{ name: 'u', user: { token: 'admin' } }], contexts: [{ name: 'x', context: { cluster: 'c', user: 'u' } }], 'current-context': 'x' };
  writeFileSync(kubeconfig, JSON.stringify(config), { mode: 0o600 });
  kubectl = new Kubectl(kubeconfig);
});

afterAll(async () => {
  await server.stop();
  rmSync(dir, { recursive: true, force: true });
});

const manifest = (name: string, colour: string, more = ''): string => `apiVersion: example.k8ts.dev/v1\nkind: Gadget\nmetadata: {name: ${name}}\nspec: {colour: ${colour}${more}}\n`;

describe('a resource that is one file', () => {
  it('is discovered, with its short name, category and subresource', async () => {
    expect(await kubectl.run(['api-resources', '--api-group=example.k8ts.dev', '-o', 'wide'])).toMatch(/gadgets +gd +example\.k8ts\.dev\/v1 +true +Gadget +create,delete,deletecollection,get,list,patch,update,watch +all/);
    const { body } = await server.ask('GET', '/apis/example.k8ts.dev/v1');
    expect((body['resources'] as { name: string }[]).map((r) => r.name)).toEqual(['gadgets', 'gadgets/status']);
  });

  it('is explained in the words of its file', async () => {
    expect(await kubectl.run(['explain', 'gadget'])).toContain('Gadget is a thing that a test made up.');
    expect(await kubectl.run(['explain', 'gd.spec.size'])).toMatch(/FIELD: size <integer>\n\n\nDESCRIPTION:\n {4}size is in millimetres\./);
    expect(await kubectl.run(['explain', 'gadget.spec', '--recursive'])).toMatch(/colour\t<string> -required-\n {2}parts\t<\[\]Object>\n {4}name\t<string> -required-\n {4}weight\t<integer>/);
  }, 120_000);

  it('is created, defaulted by its schema and its code, and shown in its own columns', async () => {
    expect(await kubectl.run(['create', '-f', '-'], manifest('one', 'red', ', parts: [{name: wheel}]'))).toBe('gadget.example.k8ts.dev/one created\n');
    expect(await kubectl.run(['get', 'gadget', 'one', '-o', 'jsonpath={.spec}'])).toBe('{"colour":"red","parts":[{"name":"wheel","weight":10}],"size":10}');
    expect(await kubectl.run(['get', 'gd'])).toMatch(/^NAME +COLOUR +PHASE +AGE\none +red +Unknown +\d+s\n$/);
    expect(await kubectl.run(['get', 'all', '-o', 'wide', '--field-selector=metadata.name=one'])).toMatch(/^NAME +COLOUR +PHASE +PARTS +AGE\ngadget.example.k8ts.dev\/one +red +Unknown +1 +/);
    expect(await kubectl.run(['get', 'gd', '--field-selector=spec.colour=blue', '-o', 'name'])).toBe('');
  }, 120_000);

  it('is applied again and again', async () => {
    expect(await kubectl.apply(manifest('two', 'red'))).toBe('gadget.example.k8ts.dev/two created\n');
    expect(await kubectl.apply(manifest('two', 'red'))).toBe('gadget.example.k8ts.dev/two unchanged\n');
    expect(await kubectl.apply(manifest('two', 'red', ', size: 5'))).toBe('gadget.example.k8ts.dev/two configured\n');
    expect(await kubectl.run(['get', 'gd', 'two', '-o', 'jsonpath={.spec.size}'])).toBe('5');
  }, 120_000);

  it('refuses what its rules and its schema refuse', async () => {
    const changed = await kubectl.mayFail(['apply', '-f', '-'], manifest('two', 'blue, size: -1'));
    expect(changed.stderr).toContain('The Gadget "two" is invalid: \n* spec.size: Invalid value: -1: must be greater than zero\n* spec.colour: Invalid value: "blue": field is immutable');
    const unknown = await kubectl.mayFail(['create', '-f', '-'], manifest('three', 'blue', ', weight: 1'));
    expect(unknown.stderr).toContain('strict decoding error: unknown field "spec.weight"');
  });

  it('keeps who owns which field, merges lists by their keys, and tells of conflicts', async () => {
    const apply = (manager: string, more: string, ...args: readonly string[]) => kubectl.mayFail(['apply', '--server-side', `--field-manager=${manager}`, '-f', '-', ...args], manifest('one', 'red', more));
    expect((await apply('ours', ', parts: [{name: lamp, weight: 3}]', '--force-conflicts')).stdout).toBe('gadget.example.k8ts.dev/one serverside-applied\n');
    expect(await kubectl.run(['get', 'gd', 'one', '-o', 'jsonpath={.spec.parts[*].name}'])).toBe('wheel lamp');
    expect((await apply('theirs', ', parts: [{name: lamp, weight: 4}]')).stderr).toContain('conflict with "ours": .spec.parts[name="lamp"].weight');
    expect(await kubectl.run(['get', 'gd', 'one', '-o', 'jsonpath={.metadata.managedFields[*].manager}', '--show-managed-fields'])).toContain('ours');
  });

  it('keeps status apart', async () => {
    await kubectl.run(['patch', 'gd', 'one', '--subresource=status', '--type=merge', '-p', '{"status":{"phase":"Ready"},"spec":{"size":99}}']);
    expect(await kubectl.run(['get', 'gd', 'one', '-o', 'jsonpath={.status.phase} {.spec.size} {.metadata.generation}'])).toBe('Ready 10 2');
  });

  it('is watched and deleted', async () => {
    const watch = spawn(kubectlPath(), [`--kubeconfig=${kubeconfig}`, 'get', 'gd', 'one', '--watch', '--output-watch-events', '-o', 'json'], { stdio: ['ignore', 'pipe', 'inherit'] });
    const chunks = watch.stdout[Symbol.asyncIterator]() as AsyncIterator<Buffer>;
    let seen = '';
    const until = async (text: string): Promise<void> => {
      while (!seen.includes(text)) seen += String((await chunks.next()).value);
    };
    await until('"type":"ADDED"');
    expect(await kubectl.run(['delete', 'gd', 'one'])).toBe('gadget.example.k8ts.dev "one" deleted from default namespace\n');
    await until('"type":"DELETED"');
    watch.kill();
    expect(await kubectl.run(['get', 'gd', '-o', 'name'])).toBe('gadget.example.k8ts.dev/two\n');
  });
});
