/** Loaded before a server of the HA bar (`node --import`): its wall clock differs from the machine's, and jumps ahead by an hour at each SIGUSR2. */

/** Of the three servers. */
export const SKEW_MS: readonly number[] = [0, 300_000, -300_000];
export const JUMP_MS = 3_600_000;

const skew = process.env['K8TS_HA_SKEW_MS'];
if (skew !== undefined) {
  const now = Date.now.bind(Date);
  let offset = Number(skew);
  Date.now = () => now() + offset;
  process.on('SIGUSR2', () => (offset += JUMP_MS));
}
