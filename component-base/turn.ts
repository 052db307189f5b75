/** Long work is done in parts, so that requests get their turn in between. */

/** Resolves in a later turn of the event loop: a message is the one thing that all JavaScript runtimes deliver so, and no clock is involved. */
export function nextTurn(): Promise<void> {
  return new Promise((resolve) => {
    const { port1, port2 } = new MessageChannel();
    const receiver = port1 as typeof port1 & { onmessage: (() => void) | null };
    receiver.onmessage = () => {
      receiver.close();
      resolve();
    };
    port2.postMessage(undefined);
  });
}
