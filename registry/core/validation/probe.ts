/** Probes and lifecycle handlers. Behaves like upstream pkg/apis/core/validation/validation.go (validateProbe, validateHandler). */
import type { Container, HTTPGetAction, Lifecycle, LifecycleHandler, Probe, SleepAction } from '../../../apimachinery/types/core.gen.ts';
import { forbidden, invalid, NOTHING, notSupported, required, type FieldError, type Path } from '../../../apimachinery/validation/field.ts';
import { nonNegative, oneOf } from './fields.ts';
import { each, isHTTPHeaderName, isValidPortName, isValidPortNum } from './format.ts';

export function portNumberOrName(port: number | string, path: Path, errors: FieldError[] = []): FieldError[] {
  return each(path, port, typeof port === 'number' ? isValidPortNum(port) : isValidPortName(port), errors);
}

const SCHEMES = ['HTTP', 'HTTPS'];

function httpGet(get: HTTPGetAction, path: Path, errors: FieldError[]): void {
  if (!get.path) errors.push(required(path.child('path')));
  portNumberOrName(get.port ?? 0, path.child('port'), errors);
  if (!SCHEMES.includes(get.scheme ?? '')) errors.push(notSupported(path.child('scheme'), get.scheme ?? '', SCHEMES));
  for (const { name } of get.httpHeaders ?? NOTHING) each(path.child('httpHeaders'), name, isHTTPHeaderName(name), errors);
}

function sleep(action: SleepAction, grace: number | undefined, path: Path, errors: FieldError[]): void {
  if (grace !== undefined && (action.seconds < 0 || action.seconds > grace))
    errors.push(invalid(path, action.seconds, `must be non-negative and less than terminationGracePeriodSeconds (${grace})`));
}

type Handler = LifecycleHandler & Pick<Probe, 'grpc'>;

/** The actions, in the order in which the first one found counts. */
const ACTIONS = ['exec', 'httpGet', 'tcpSocket', 'grpc', 'sleep'] as const;

/** Exactly one action; the first counts. */
function handler(h: Handler, grace: number | undefined, path: Path, errors: FieldError[]): void {
  let isGiven = false;
  for (const action of ACTIONS) {
    if (h[action] === undefined) continue;
    if (isGiven) errors.push(forbidden(path.child(action), 'may not specify more than 1 handler type'));
    else validateAction(h, action, grace, path.child(action), errors);
    isGiven = true;
  }
  if (!isGiven) errors.push(required(path, 'must specify a handler type'));
}

function validateAction(h: Handler, action: (typeof ACTIONS)[number], grace: number | undefined, path: Path, errors: FieldError[]): void {
  if (action === 'exec') {
    if ((h.exec?.command ?? NOTHING).length === 0) errors.push(required(path.child('command')));
  } else if (action === 'httpGet') {
    if (h.httpGet) httpGet(h.httpGet, path, errors);
  } else if (action === 'sleep') {
    if (h.sleep) sleep(h.sleep, grace, path, errors);
  } else portNumberOrName(h[action]?.port ?? 0, path.child('port'), errors);
}

function probe(p: Probe, grace: number | undefined, path: Path, errors: FieldError[]): void {
  const own = p.terminationGracePeriodSeconds;
  handler(p, grace, path, errors);
  nonNegative(p.initialDelaySeconds, path.child('initialDelaySeconds'), errors);
  nonNegative(p.timeoutSeconds, path.child('timeoutSeconds'), errors);
  nonNegative(p.periodSeconds, path.child('periodSeconds'), errors);
  nonNegative(p.successThreshold, path.child('successThreshold'), errors);
  nonNegative(p.failureThreshold, path.child('failureThreshold'), errors);
  if (own !== undefined && own <= 0) errors.push(invalid(path.child('terminationGracePeriodSeconds'), own, 'must be greater than 0'));
}

/** Of liveness or of the start: one success is enough. */
function once(p: Probe, grace: number | undefined, path: Path, errors: FieldError[]): void {
  probe(p, grace, path, errors);
  if (p.successThreshold !== 1) errors.push(invalid(path.child('successThreshold'), p.successThreshold ?? 0, 'must be 1'));
}

function readiness(p: Probe, grace: number | undefined, path: Path, errors: FieldError[]): void {
  const own = p.terminationGracePeriodSeconds;
  probe(p, grace, path, errors);
  if (own !== undefined) errors.push(invalid(path.child('terminationGracePeriodSeconds'), own, 'must not be set for readinessProbes'));
}

export function validateProbes(c: Container, grace: number | undefined, path: Path, errors: FieldError[]): void {
  if (c.livenessProbe) once(c.livenessProbe, grace, path.child('livenessProbe'), errors);
  if (c.readinessProbe) readiness(c.readinessProbe, grace, path.child('readinessProbe'), errors);
  if (c.startupProbe) once(c.startupProbe, grace, path.child('startupProbe'), errors);
}

export function validateLifecycle(lifecycle: Lifecycle, grace: number | undefined, path: Path, os: string | undefined, errors: FieldError[]): void {
  if (lifecycle.postStart) handler(lifecycle.postStart, grace, path.child('postStart'), errors);
  if (lifecycle.preStop) handler(lifecycle.preStop, grace, path.child('preStop'), errors);
  if (lifecycle.stopSignal !== undefined) stopSignal(lifecycle.stopSignal, path.child('stopSignal'), os, errors);
}

function stopSignal(signal: string, path: Path, os: string | undefined, errors: FieldError[]): void {
  if (os === undefined) errors.push(forbidden(path, 'may not be set for containers with empty `spec.os.name`'));
  else if (os === 'windows') oneOf(signal, ['SIGKILL', 'SIGTERM'], path, errors);
}
