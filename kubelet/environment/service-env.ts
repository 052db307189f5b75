/** The variables that tell of services. Behaves like upstream pkg/kubelet/envvars and getServiceEnvVarMap. */
import type * as core from '../../apimachinery/types/core.gen.ts';
import type { DeepReadonly } from '../../apimachinery/types/type.ts';

type Service = DeepReadonly<core.Service>;

const variableName = (name: string): string => name.replaceAll('-', '_').toUpperCase();
const hasAddress = (service: Service): boolean => service.spec.clusterIP !== undefined && service.spec.clusterIP !== '' && service.spec.clusterIP !== 'None';

/** `kubernetes` always, those of the pod's namespace with `links`. */
export function serviceEnv(services: readonly Service[], namespace: string, links: boolean): Map<string, string> {
  const chosen = new Map<string, Service>();
  for (const service of services.filter(hasAddress)) {
    const { name, namespace: ns } = service.metadata;
    const isMaster = ns === 'default' && name === 'kubernetes';
    if (isMaster ? !chosen.has(name) : ns === namespace && links) chosen.set(name, service);
  }
  return new Map([...chosen.values()].flatMap(variablesOf));
}

function variablesOf(service: Service): [string, string][] {
  const prefix = variableName(service.metadata.name);
  const ip = service.spec.clusterIP ?? '';
  const ports = service.spec.ports ?? [];
  const named = ports.filter((p) => p.name !== undefined && p.name !== '').map((p): [string, string] => [`${prefix}_SERVICE_PORT_${variableName(p.name ?? '')}`, String(p.port)]);
  return [[`${prefix}_SERVICE_HOST`, ip], [`${prefix}_SERVICE_PORT`, String(ports[0]?.port ?? '')], ...named, ...linkVariables(prefix, ip, ports)];
}

function linkVariables(prefix: string, ip: string, ports: readonly { readonly port: number; readonly protocol?: string }[]): [string, string][] {
  const host = ip.includes(':') ? `[${ip}]` : ip;
  return ports.flatMap(({ port, protocol = 'TCP' }, i): [string, string][] => {
    const name = `${prefix}_PORT_${port}_${protocol.toUpperCase()}`;
    const url = `${protocol.toLowerCase()}://${host}:${port}`;
    const own: [string, string][] = [[name, url], [`${name}_PROTO`, protocol.toLowerCase()], [`${name}_PORT`, String(port)], [`${name}_ADDR`, ip]];
    return i === 0 ? [[`${prefix}_PORT`, url], ...own] : own;
  });
}
