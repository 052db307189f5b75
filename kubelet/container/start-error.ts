/** Why a container was not started: the reason stands in its waiting state. Behaves like upstream pkg/kubelet/container sync_result.go. */
export type StartReason =
  | 'CrashLoopBackOff' | 'RunContainerError' | 'CreateContainerConfigError' | 'CreateContainerError' | 'PostStartHookError'
  | 'ImagePullBackOff' | 'ImageInspectError' | 'ErrImagePull' | 'ErrImageNeverPull' | 'InvalidImageName' | 'CreatePodSandboxError' | 'KillPodSandboxError' | 'KillContainerError';

export class StartError extends Error {
  override readonly name = 'StartError';
  readonly reason: StartReason;

  constructor(reason: StartReason, message: string, cause?: unknown) {
    super(message, cause === undefined ? undefined : { cause });
    this.reason = reason;
  }
}
