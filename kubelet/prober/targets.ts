/** Where a probe or a hook goes. Behaves like upstream pkg/probe/http/request.go and pkg/probe/util.go. */
import type * as core from '../../apimachinery/types/core.gen.ts';
import type { DeepReadonly } from '../../apimachinery/types/type.ts';
import type { Container } from '../container/pod.ts';
import type { HttpProbe } from '../runtime/interface.ts';

/** A number, or the name of one of the container's ports. Throws. */
export function containerPort(port: number | string, container: Container): number {
  const number = typeof port === 'number' ? port : (container.ports?.find((p) => p.name === port)?.containerPort ?? (/^\d+$/.test(port) ? Number(port) : undefined));
  if (number === undefined) throw new Error(`couldn't find port: ${JSON.stringify(port)} in container ports`);
  if (number <= 0 || number > 65535) throw new Error(`invalid port number: ${number}`);
  return number;
}

export function httpProbeOf(action: DeepReadonly<core.HTTPGetAction>, container: Container, podIP: string, timeoutMs: number): HttpProbe {
  const path = action.path ?? '';
  const given = (action.httpHeaders ?? []).map(({ name, value }) => ({ name, value }));
  const has = (name: string): boolean => given.some((h) => h.name.toLowerCase() === name);
  const defaults = [{ name: 'User-Agent', value: 'kube-probe/1.35' }, { name: 'Accept', value: '*/*' }].filter((h) => !has(h.name.toLowerCase()));
  return {
    scheme: (action.scheme ?? 'HTTP').toLowerCase() === 'https' ? 'https' : 'http',
    host: action.host !== undefined && action.host !== '' ? action.host : podIP,
    port: containerPort(action.port, container),
    path: path.startsWith('/') ? path : `/${path}`,
    headers: [...given, ...defaults].filter((h) => h.value !== ''),
    timeoutMs,
  };
}
