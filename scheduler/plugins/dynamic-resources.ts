/** Takes part in failure messages only: claims of devices are not allocated by this scheduler. A pod with resource claims waits, with a message that says so. */
import { stateKey, unresolvable, type Cycle, type Plugin } from '../framework/interface.ts';

const RAN = stateKey<true>('DynamicResources/ran');

export default {
  name: 'DynamicResources',
  events: [{ resource: 'Pod', actions: ['Update'] }],
  preFilter({ pod, state }: Cycle) {
    state.write(RAN, true);
    return pod.spec.resourceClaims?.length ? { status: unresolvable('dynamic resource allocation is not supported by this scheduler') } : undefined;
  },
  postFilter({ state }: Cycle) {
    return Promise.resolve(state.read(RAN) === true ? { message: 'no new claims to deallocate' } : { message: 'not found', stop: true });
  },
} satisfies Plugin;
