import { describe, it } from '@jest/globals';
import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { realClock } from '../../../component-base/clock.ts';
import { newContainerdRuntime } from '../../../kubelet/runtime/containerd/containerd-runtime.ts';
import { runRuntimeContract } from '../../../kubelet/runtime/testing/contract.ts';
import { BUSYBOX_IMAGE } from '../../harness/busybox-image.ts';
import { containerdMissing, startContainerd } from '../../harness/containerd.ts';

const missing = containerdMissing();
if (missing !== undefined) {
  describe('runtime contract: containerd', () => it.skip(`is not run: ${missing}`, () => undefined));
} else {
  runRuntimeContract({
    name: 'containerd',
    async newRuntime() {
      const containerd = await startContainerd(1);
      const runtime = newContainerdRuntime({ socket: containerd.socket, clock: realClock });
      const pullImage: typeof runtime.images.pullImage = async (image) => (await runtime.images.imageStatus(image))?.id ?? Promise.reject(new Error(`${image.image} was not imported`));
      mkdirSync(join(containerd.dir, 'logs'));
      return {
        runtime: { ...runtime, images: { ...runtime.images, pullImage } },
        image: BUSYBOX_IMAGE,
        logDirectory: join(containerd.dir, 'logs'),
        cgroupParent: '/k8ts-test',
        async untilExited(id) {
          for await (const lines of runtime.streaming.logs(id, { follow: true, signal: new AbortController().signal })) void lines;
        },
        async close() {
          await runtime.close();
          await containerd.stop();
        },
      };
    },
  });
}
