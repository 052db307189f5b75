/** Makes sure that a container's image is there: policy, pulls, back-off, events. Used by kuberuntime/start-container.ts. Behaves like upstream pkg/kubelet/images. */
import type { Clock } from '../../component-base/clock.ts';
import type { Container, Pod } from '../container/pod.ts';
import type { AuthConfig, ImageService, ImageSpec } from '../runtime/interface.ts';
import { StartError } from '../container/start-error.ts';
import { FlowBackoff } from './flow-backoff.ts';
import { durationText, withDefaultTag } from './image-name.ts';

const PULL_BACKOFF_MS = 10_000;
const MAX_PULL_BACKOFF_MS = 300_000;

export type ImageEvent = (type: 'Normal' | 'Warning', reason: string, message: string) => void;

export interface ImageManagerOptions {
  readonly images: ImageService;
  readonly clock: Clock;
  /** Credentials for an image from the pod's pull secrets, best first. */
  credentials(pod: Pod, image: string): Promise<readonly AuthConfig[]>;
}

export class ImageManager {
  readonly #options: ImageManagerOptions;
  readonly #backoff: FlowBackoff;
  /** Why the last pull failed, by back-off key. */
  readonly #lastErrors = new Map<string, string>();
  /** Pulls on the way, by image: pods that want the same one share it. */
  readonly #pulls = new Map<string, Promise<string>>();

  constructor(options: ImageManagerOptions) {
    this.#options = options;
    this.#backoff = new FlowBackoff(PULL_BACKOFF_MS, MAX_PULL_BACKOFF_MS, options.clock);
  }

  /** The image's reference in the runtime. Throws StartError. */
  async ensureImageExists(pod: Pod, container: Container, event: ImageEvent): Promise<string> {
    const requested = container.image ?? '';
    const image = withDefaultTag(requested);
    if (image === undefined) {
      const message = `Failed to apply default image tag "${requested}": couldn't parse image name "${requested}": invalid reference format`;
      event('Warning', 'InspectFailed', message);
      throw new StartError('InvalidImageName', message);
    }
    const spec: ImageSpec = { image };
    if (container.imagePullPolicy !== 'Always') {
      const present = await this.#inspect(spec, event);
      if (present !== undefined) {
        event('Normal', 'Pulled', `Container image "${requested}" already present on machine and can be accessed by the pod`);
        return present;
      }
      if (container.imagePullPolicy === 'Never') {
        const message = `Container image "${requested}" is not present with pull policy of Never`;
        event('Warning', 'ErrImageNeverPull', message);
        throw new StartError('ErrImageNeverPull', message);
      }
    }
    return this.#pull(pod, requested, spec, event);
  }

  /** Milliseconds until the image of that pod may be tried again. */
  retryAfter(podUid: string, image: string): number {
    return this.#backoff.remaining(`${podUid}_${image}`);
  }

  forget(podUid: string): void {
    this.#backoff.forget(`${podUid}_`);
    for (const key of this.#lastErrors.keys()) if (key.startsWith(`${podUid}_`)) this.#lastErrors.delete(key);
  }

  async #inspect(spec: ImageSpec, event: ImageEvent): Promise<string | undefined> {
    try {
      const found = await this.#options.images.imageStatus(spec);
      return found && (found.repoDigests[0] ?? found.id);
    } catch (error) {
      const message = `Failed to inspect image "${spec.image}": ${error instanceof Error ? error.message : String(error)}`;
      event('Warning', 'InspectFailed', message);
      throw new StartError('ImageInspectError', message, error);
    }
  }

  async #pull(pod: Pod, requested: string, spec: ImageSpec, event: ImageEvent): Promise<string> {
    const key = `${pod.metadata.uid}_${requested}`;
    if (this.#backoff.isInBackOffSinceUpdate(key)) {
      const message = `Back-off pulling image "${requested}"`;
      event('Normal', 'BackOff', message);
      const last = this.#lastErrors.get(key);
      throw new StartError('ImagePullBackOff', last === undefined ? message : `${message}: ${last}`);
    }
    this.#lastErrors.delete(key);
    event('Normal', 'Pulling', `Pulling image "${requested}"`);
    const start = this.#options.clock.monotonic();
    try {
      const ref = await this.#sharedPull(pod, spec);
      const took = durationText(this.#options.clock.monotonic() - start);
      const size = (await this.#options.images.imageStatus(spec))?.size ?? 0;
      event('Normal', 'Pulled', `Successfully pulled image "${requested}" in ${took} (${took} including waiting). Image size: ${size} bytes.`);
      return ref;
    } catch (error) {
      const why = error instanceof Error ? error.message : String(error);
      event('Warning', 'Failed', `Failed to pull image "${requested}": ${why}`);
      this.#backoff.next(key, this.#options.clock.now());
      this.#lastErrors.set(key, `ErrImagePull: ${why}`);
      throw new StartError('ErrImagePull', why, error);
    }
  }

  async #sharedPull(pod: Pod, spec: ImageSpec): Promise<string> {
    const auths = await this.#options.credentials(pod, spec.image);
    const key = `${spec.image}\n${JSON.stringify(auths)}`;
    const running = this.#pulls.get(key) ?? this.#pullWithAny(spec, auths).finally(() => this.#pulls.delete(key));
    this.#pulls.set(key, running);
    return running;
  }

  async #pullWithAny(spec: ImageSpec, auths: readonly AuthConfig[]): Promise<string> {
    const failures: unknown[] = [];
    for (const auth of auths.length > 0 ? auths : [undefined]) {
      try {
        return await this.#options.images.pullImage(spec, auth, undefined);
      } catch (error) {
        failures.push(error);
      }
    }
    throw failures.at(-1);
  }
}
