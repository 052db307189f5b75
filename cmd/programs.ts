/** Every program by name. The bundle (hack/bundle.ts) is this file and what it loads. */
import { runUpstreamProgram } from './upstream-program.ts';

export const programs = {
  k8ts: async () => (await import('./commands.ts')).k8ts(process.argv.slice(2)),
  'kube-apiserver': async () => {
    const { default: specs } = await import('./upstream-flags/kube-apiserver.gen.ts');
    await runUpstreamProgram('kube-apiserver', specs, async () => (await import('../cluster/programs/kube-apiserver.ts')).kubeApiserver);
  },
  'kube-controller-manager': async () => {
    const { default: specs } = await import('./upstream-flags/kube-controller-manager.gen.ts');
    await runUpstreamProgram('kube-controller-manager', specs, async () => (await import('../cluster/programs/kube-controller-manager.ts')).kubeControllerManager);
  },
  'kube-scheduler': async () => {
    const { default: specs } = await import('./upstream-flags/kube-scheduler.gen.ts');
    await runUpstreamProgram('kube-scheduler', specs, async () => (await import('../cluster/programs/kube-scheduler.ts')).kubeScheduler);
  },
  'kube-proxy': async () => {
    const { default: specs } = await import('./upstream-flags/kube-proxy.gen.ts');
    await runUpstreamProgram('kube-proxy', specs, async () => (await import('../cluster/programs/kube-proxy.ts')).kubeProxy);
  },
  kubelet: async () => {
    const { default: specs } = await import('./upstream-flags/kubelet.gen.ts');
    await runUpstreamProgram('kubelet', specs, async () => (await import('../cluster/programs/kubelet.ts')).kubelet);
  },
} satisfies Readonly<Record<string, () => Promise<void>>>;

export interface Programs {
  readonly programs: typeof programs;
}
export type ProgramName = keyof typeof programs;
