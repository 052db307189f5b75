/** Probes and lifecycle handlers. Behaves like upstream pkg/apis/core/validation/validation.go (validateProbe, validateHandler). */
import type { Container, HTTPGetAction, Lifecycle, LifecycleHandler, Probe, SleepAction } from '../../../apimachinery/types/core.gen.ts';
import { forbidden, invalid, joined, notSupported, required, type FieldError, type Path } from '../../../apimachinery/validation/field.ts';
import { nonNegative, oneOf } from './fields.ts';
import { each, isHTTPHeaderName, isValidPortName, isValidPortNum } from './format.ts';

export function portNumberOrName(port: number | string, path: Path): FieldError[] {
  return typeof port === 'number' ? each(path, port, isValidPortNum(port)) : each(path, port, isValidPortName(port));
}

const SCHEMES = ['HTTP', 'HTTPS'];

function httpGet(get: HTTPGetAction, path: Path): FieldError[] {
  return joined(
    get.path ? [] : [required(path.child('path'))],
    portNumberOrName(get.port ?? 0, path.child('port')),
    SCHEMES.includes(get.scheme ?? '') ? [] : [notSupported(path.child('scheme'), get.scheme ?? '', SCHEMES)],
    (get.httpHeaders ?? []).flatMap((h) => each(path.child('httpHeaders'), h.name, isHTTPHeaderName(h.name))),
  );
}

function sleep(action: SleepAction, grace: number | undefined, path: Path): FieldError[] {
  const isWrong = grace !== undefined && (action.seconds < 0 || action.seconds > grace);
  return isWrong ? [invalid(path, action.seconds, `must be non-negative and less than terminationGracePeriodSeconds (${grace})`)] : [];
}

type Handler = LifecycleHandler & Pick<Probe, 'grpc'>;

/** Exactly one action; the first counts. */
function handler(h: Handler, grace: number | undefined, path: Path): FieldError[] {
  const errors: FieldError[] = [];
  let count = 0;
  const check = (field: string, isSet: boolean, run: (at: Path) => FieldError[]): void => {
    if (!isSet) return;
    if (count > 0) errors.push(forbidden(path.child(field), 'may not specify more than 1 handler type'));
    else errors.push(...run(path.child(field)));
    count++;
  };
  check('exec', h.exec !== undefined, (at) => ((h.exec?.command ?? []).length === 0 ? [required(at.child('command'))] : []));
  check('httpGet', h.httpGet !== undefined, (at) => (h.httpGet ? httpGet(h.httpGet, at) : []));
  check('tcpSocket', h.tcpSocket !== undefined, (at) => portNumberOrName(h.tcpSocket?.port ?? 0, at.child('port')));
  check('grpc', h.grpc !== undefined, (at) => portNumberOrName(h.grpc?.port ?? 0, at.child('port')));
  check('sleep', h.sleep !== undefined, (at) => (h.sleep ? sleep(h.sleep, grace, at) : []));
  if (count === 0) errors.push(required(path, 'must specify a handler type'));
  return errors;
}

function probe(p: Probe, grace: number | undefined, path: Path): FieldError[] {
  const own = p.terminationGracePeriodSeconds;
  return joined(
    handler(p, grace, path),
    nonNegative(p.initialDelaySeconds, path.child('initialDelaySeconds')),
    nonNegative(p.timeoutSeconds, path.child('timeoutSeconds')),
    nonNegative(p.periodSeconds, path.child('periodSeconds')),
    nonNegative(p.successThreshold, path.child('successThreshold')),
    nonNegative(p.failureThreshold, path.child('failureThreshold')),
    own !== undefined && own <= 0 ? [invalid(path.child('terminationGracePeriodSeconds'), own, 'must be greater than 0')] : [],
  );
}

function once(p: Probe | undefined, grace: number | undefined, path: Path): FieldError[] {
  if (!p) return [];
  return joined(
    probe(p, grace, path),
    p.successThreshold === 1 ? [] : [invalid(path.child('successThreshold'), p.successThreshold ?? 0, 'must be 1')],
  );
}

function readiness(p: Probe | undefined, grace: number | undefined, path: Path): FieldError[] {
  if (!p) return [];
  const own = p.terminationGracePeriodSeconds;
  return joined(
    probe(p, grace, path),
    own === undefined ? [] : [invalid(path.child('terminationGracePeriodSeconds'), own, 'must not be set for readinessProbes')],
  );
}

export function validateProbes(c: Container, grace: number | undefined, path: Path): FieldError[] {
  return joined(
    once(c.livenessProbe, grace, path.child('livenessProbe')),
    readiness(c.readinessProbe, grace, path.child('readinessProbe')),
    once(c.startupProbe, grace, path.child('startupProbe')),
  );
}

export function validateLifecycle(
  lifecycle: Lifecycle | undefined,
  grace: number | undefined,
  path: Path,
  os: string | undefined,
): FieldError[] {
  if (!lifecycle) return [];
  return joined(
    lifecycle.postStart ? handler(lifecycle.postStart, grace, path.child('postStart')) : [],
    lifecycle.preStop ? handler(lifecycle.preStop, grace, path.child('preStop')) : [],
    lifecycle.stopSignal === undefined ? [] : stopSignal(lifecycle.stopSignal, path.child('stopSignal'), os),
  );
}

function stopSignal(signal: string, path: Path, os: string | undefined): FieldError[] {
  if (os === undefined) return [forbidden(path, 'may not be set for containers with empty `spec.os.name`')];
  return os === 'windows' ? oneOf(signal, ['SIGKILL', 'SIGTERM'], path) : [];
}
