/** Every program by name. The bundle (hack/bundle.ts) is this file and what it loads. */
import type { FlagSpec } from '../component-base/flags.ts';
import type { Program } from '../cluster/programs/program.ts';
import { runUpstreamProgram } from './upstream-program.ts';

const standIn = (name: string, flags: () => Promise<{ default: readonly FlagSpec[] }>, program: () => Promise<Program>) => async (): Promise<void> =>
  runUpstreamProgram(name, (await flags()).default, program);

export const programs = {
  k8ts: async () => (await import('./commands.ts')).k8ts(process.argv.slice(2)),
  'kube-apiserver': standIn(
    'kube-apiserver',
    () => import('./upstream-flags/kube-apiserver.gen.ts'),
    async () => (await import('../cluster/programs/kube-apiserver.ts')).kubeApiserver,
  ),
  'kube-controller-manager': standIn(
    'kube-controller-manager',
    () => import('./upstream-flags/kube-controller-manager.gen.ts'),
    async () => (await import('../cluster/programs/kube-controller-manager.ts')).kubeControllerManager,
  ),
  'kube-scheduler': standIn(
    'kube-scheduler',
    () => import('./upstream-flags/kube-scheduler.gen.ts'),
    async () => (await import('../cluster/programs/kube-scheduler.ts')).kubeScheduler,
  ),
  'kube-proxy': standIn(
    'kube-proxy',
    () => import('./upstream-flags/kube-proxy.gen.ts'),
    async () => (await import('../cluster/programs/kube-proxy.ts')).kubeProxy,
  ),
  kubelet: standIn(
    'kubelet',
    () => import('./upstream-flags/kubelet.gen.ts'),
    async () => (await import('../cluster/programs/kubelet.ts')).kubelet,
  ),
} satisfies Readonly<Record<string, () => Promise<void>>>;

export interface Programs {
  readonly programs: typeof programs;
}
export type ProgramName = keyof typeof programs;
