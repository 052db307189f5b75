/** A client over a transport: `newClient(newHttpTransport(...))` or `newClient(newInProcessTransport(...))`. */
import type { ApiObject, Obj } from '../apimachinery/meta.ts';
import type { ResourceType } from '../apimachinery/types/type.ts';
import { realClock, type Clock } from '../component-base/clock.ts';
import type { Client, ResourceClient, Transport } from './interface.ts';
import { sendChecked } from './requester.ts';
import { newResourceClient } from './resource-client.ts';

/** `clock` is what waiting for a `Retry-After` takes; the machine's unless told. */
export function newClient(transport: Transport, clock: Clock = realClock): Client {
  const clients = new Map<ResourceType<unknown>, unknown>();
  return {
    resource<T extends ApiObject>(type: ResourceType<T>): ResourceClient<T> {
      let client = clients.get(type) as ResourceClient<T> | undefined;
      if (!client) {
        client = newResourceClient<T>(transport, clock, { group: type.gvk.group, version: type.gvk.version, kind: type.gvk.kind, resource: type.plural, namespaced: type.namespaced });
        clients.set(type, client);
      }
      return client;
    },
    dynamic: (gvr) => newResourceClient<Obj>(transport, clock, gvr),
    raw: (request) => sendChecked(transport, clock, request),
    close: () => transport.close(),
  };
}
