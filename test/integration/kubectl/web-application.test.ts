import { mkdtempSync, rmSync, writeFileSync, mkdirSync } from 'node:fs';
import { spawn } from 'node:child_process';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { startCluster, type Cluster } from '../../../cluster/index.ts';
import { helmPath, Kubectl, kubectlPath, run } from '../../harness/kubectl.ts';
import { WEB_APPLICATION } from '../../harness/manifests.ts';

let cluster: Cluster;
let kubectl: Kubectl;
let dir: string;
let kubeconfig: string;

beforeAll(async () => {
  dir = mkdtempSync(join(tmpdir(), 'k8ts-kubectl-'));
  cluster = await startCluster({ nodes: 2 });
  kubeconfig = join(dir, 'kubeconfig');
  writeFileSync(kubeconfig, cluster.kubeconfig, { mode: 0o600 });
  kubectl = new Kubectl(kubeconfig);
}, 60_000);

afterAll(async () => {
  await cluster.stop();
  rmSync(dir, { recursive: true, force: true });
});

describe('kubectl and a web application', () => {
  it('applies it and waits for its roll-out', async () => {
    expect(await kubectl.apply(WEB_APPLICATION)).toContain('deployment.apps/web created');
    expect(await kubectl.run(['rollout', 'status', 'deployment/web', '--timeout=30s'])).toContain('successfully rolled out');
    expect(await kubectl.run(['wait', '--for=condition=complete', 'job/once', '--timeout=30s'])).toContain('condition met');
    expect(await kubectl.apply(WEB_APPLICATION)).toContain('deployment.apps/web unchanged');
  });

  it('shows it in tables, wide tables, YAML and descriptions', async () => {
    expect(await kubectl.run(['get', 'deployment', 'web'])).toMatch(/^NAME +READY +UP-TO-DATE +AVAILABLE +AGE\nweb +2\/2 +2 +2 /);
    expect(await kubectl.run(['get', 'pods', '-o', 'wide', '-l', 'app=web'])).toMatch(/Running +0 .* node-[12] /);
    expect(await kubectl.run(['get', 'configmap', 'web-config', '-o', 'yaml'])).toContain('greeting: hello');
    expect(await kubectl.run(['describe', 'service', 'web'])).toMatch(/Endpoints: +10\.244\.\d+\.\d+:80/);
    expect(await kubectl.run(['describe', 'deployment', 'web'])).toContain('ScalingReplicaSet');
  });

  it('scales, edits, updates the image, shows the history and undoes it', async () => {
    await kubectl.run(['scale', 'deployment/web', '--replicas=3']);
    await kubectl.run(['rollout', 'status', 'deployment/web', '--timeout=30s']);
    await kubectl.run(['set', 'image', 'deployment/web', 'web=nginx:2']);
    await kubectl.run(['rollout', 'status', 'deployment/web', '--timeout=30s']);
    expect(await kubectl.run(['get', 'pods', '-l', 'app=web', '-o', 'jsonpath={.items[*].spec.containers[0].image}'])).toBe('nginx:2 nginx:2 nginx:2');
    await kubectl.run(['rollout', 'undo', 'deployment/web']);
    await kubectl.run(['rollout', 'status', 'deployment/web', '--timeout=30s']);
    const edited = await run(kubectlPath(), [`--kubeconfig=${kubeconfig}`, 'edit', 'configmap', 'web-config'], { env: { KUBE_EDITOR: "sed -i 's/hello/good day/'" } });
    expect(edited.stdout).toContain('configmap/web-config edited');
    expect(await kubectl.run(['get', 'configmap', 'web-config', '-o', 'jsonpath={.data.greeting}'])).toBe('good day');
  });

  it('reads logs and runs commands in containers', async () => {
    const pod = (await kubectl.run(['get', 'pods', '-l', 'app=web', '-o', 'name'])).split('\n')[0] ?? '';
    expect(await kubectl.run(['logs', pod, '-c', 'web'])).toContain('nginx');
    expect(await kubectl.run(['exec', pod, '-c', 'web', '--', 'echo', 'hi'])).toBe('hi\n');
    expect(await kubectl.run(['exec', pod, '-c', 'web', '--', 'sh', '-c', 'echo $GREETING'])).toBe('hello\n');
    expect(await kubectl.run(['exec', '-i', pod, '-c', 'web', '--', 'cat'], 'through standard input')).toBe('through standard input');
    const missing = await kubectl.mayFail(['exec', pod, '-c', 'web', '--', 'no-such-program']);
    expect(missing.code).toBe(127);
    expect((await kubectl.mayFail(['exec', pod, '-c', 'web', '--', 'false'])).code).toBe(1);
  });

  it('forwards a port to a pod', async () => {
    const pod = (await kubectl.run(['get', 'pods', '-l', 'app=web', '-o', 'jsonpath={.items[0].metadata.name}'])).trim();
    const forward = spawn(kubectlPath(), [`--kubeconfig=${kubeconfig}`, 'port-forward', `pod/${pod}`, ':80'], { stdio: ['ignore', 'pipe', 'inherit'] });
    const port = await new Promise<string>((resolve) => forward.stdout.on('data', (d: Buffer) => {
      const found = /127\.0\.0\.1:(\d+)/.exec(d.toString())?.[1];
      if (found !== undefined) resolve(found);
    }));
    const answer = await fetch(`http://127.0.0.1:${port}/`);
    expect(answer.status).toBe(200);
    expect(await answer.text()).toContain(pod);
    forward.kill();
  });

  it('watches, explains, lists resources and asks for permissions', async () => {
    const watch = spawn(kubectlPath(), [`--kubeconfig=${kubeconfig}`, 'get', 'configmaps', '-w', '-o', 'name'], { stdio: ['ignore', 'pipe', 'inherit'] });
    const seen = new Promise<void>((resolve) => watch.stdout.on('data', (d: Buffer) => d.toString().includes('configmap/watched') && resolve()));
    await kubectl.run(['create', 'configmap', 'watched', '--from-literal=a=b']);
    await seen;
    watch.kill();
    expect(await kubectl.run(['explain', 'deployment.spec.replicas'])).toMatch(/FIELD: replicas <integer>/);
    expect(await kubectl.run(['api-resources', '--api-group=apps'])).toContain('deployments');
    expect(await kubectl.run(['auth', 'can-i', 'create', 'pods'])).toBe('yes\n');
    expect((await kubectl.mayFail(['auth', 'can-i', 'create', 'pods', '--as=nobody'])).stdout).toBe('no\n');
  });

  it('deletes it with all that belongs to it', async () => {
    await kubectl.run(['delete', '-f', '-', '--timeout=60s'], WEB_APPLICATION);
    await kubectl.run(['wait', '--for=delete', 'replicasets,pods', '--all', '--timeout=60s']);
    expect(await kubectl.run(['get', 'replicasets,pods', '-o', 'name'])).toBe('');
  });
});

describe('helm', () => {
  it('installs, upgrades and removes a chart', async () => {
    const chart = join(dir, 'chart');
    mkdirSync(join(chart, 'templates'), { recursive: true });
    writeFileSync(join(chart, 'Chart.yaml'), 'apiVersion: v2\nname: small\nversion: 0.1.0\n');
    writeFileSync(join(chart, 'values.yaml'), 'replicas: 1\n');
    writeFileSync(join(chart, 'templates', 'all.yaml'), WEB_APPLICATION.replace('replicas: 2', 'replicas: {{ .Values.replicas }}').replace(/(n|N)ame: web/g, '$1ame: {{ .Release.Name }}'));
    const helm = (...args: string[]) => run(helmPath(), [`--kubeconfig=${kubeconfig}`, ...args], { env: { HOME: dir } });
    const installed = await helm('install', 'shop', chart, '--wait', '--timeout', '60s');
    expect(installed.stderr).toBe('');
    expect(installed.stdout).toContain('STATUS: deployed');
    expect((await helm('upgrade', 'shop', chart, '--set', 'replicas=3', '--wait', '--timeout', '60s')).stdout).toContain('REVISION: 2');
    expect(await kubectl.run(['get', 'deployment', 'shop', '-o', 'jsonpath={.status.readyReplicas}'])).toBe('3');
    expect((await helm('uninstall', 'shop', '--wait')).stdout).toContain('uninstalled');
  }, 120_000);
});
