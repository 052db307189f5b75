/**
 * What the flow schemas and priority levels say of each other: whether a schema's level exists (its condition Dangling), and how many requests a level may have under way (a metric).
 * Requests are classified by classify.ts. Behaves like upstream apiserver/pkg/util/flowcontrol/apf_controller.go.
 */
import { FlowSchema, PriorityLevelConfiguration, type FlowSchemaCondition } from '../../apimachinery/types/flowcontrol.gen.ts';
import { isConflict, isNotFound } from '../../apimachinery/errors.ts';
import type { DeepReadonly } from '../../apimachinery/types/type.ts';
import { rfc3339, type Clock } from '../../component-base/clock.ts';
import type { Log } from '../../component-base/log.ts';
import type { Metrics } from '../../component-base/metrics.ts';
import type { Stores } from '../../registry/generic/context.ts';
import type { AdmissionDeps } from '../admission/interface.ts';

export interface ConfigurationDeps {
  readonly stores: Stores;
  readonly updateStatus: AdmissionDeps['updateStatus'];
  readonly metrics: Metrics;
  readonly clock: Clock;
  readonly log: Log;
  /** What all levels share: --max-requests-inflight and --max-mutating-requests-inflight together. */
  readonly seats: number;
}

type Schema = DeepReadonly<FlowSchema>;
type Level = DeepReadonly<PriorityLevelConfiguration>;

const DEFAULT_SHARES = 30;

/** The condition that a schema must have; undefined: it has it. */
export function danglingCondition(schema: Schema, levelExists: boolean, now: string): FlowSchemaCondition | undefined {
  const name = JSON.stringify(schema.spec?.priorityLevelConfiguration?.name ?? '');
  const wanted = levelExists
    ? { status: 'False', reason: 'Found', message: `This FlowSchema references the PriorityLevelConfiguration object named ${name} and it exists` }
    : { status: 'True', reason: 'NotFound', message: `This FlowSchema references the PriorityLevelConfiguration object named ${name} but there is no such object` };
  const has = schema.status?.conditions?.find((c) => c.type === 'Dangling');
  if (has?.status === wanted.status && has.reason === wanted.reason && has.message === wanted.message) return undefined;
  return { type: 'Dangling', ...wanted, lastTransitionTime: now };
}

function sharesOf({ spec }: Level): number {
  return spec?.limited?.nominalConcurrencyShares ?? spec?.exempt?.nominalConcurrencyShares ?? (spec?.type === 'Exempt' ? 0 : DEFAULT_SHARES);
}

/** How the seats are divided, by name. */
export function nominalSeats(levels: readonly Level[], seats: number): ReadonlyMap<string, number> {
  const all = levels.reduce((sum, level) => sum + sharesOf(level), 0);
  return new Map(levels.map((level) => [level.metadata.name, all === 0 ? 0 : Math.ceil((seats * sharesOf(level)) / all)]));
}

/** Follows both collections until the returned function is called. */
export function followConfiguration({ stores, updateStatus, metrics, clock, log, seats }: ConfigurationDeps): () => void {
  const schemas = stores.cached(FlowSchema);
  const levels = stores.cached(PriorityLevelConfiguration);
  const limit = metrics.gauge('apiserver_flowcontrol_nominal_limit_seats', 'Nominal number of execution seats configured for each priority level');
  let measured: readonly string[] = [];
  const measure = (): void => {
    const now = nominalSeats(levels.list(), seats);
    for (const name of measured) if (!now.has(name)) limit.remove({ priority_level: name });
    for (const [name, value] of now) limit.with({ priority_level: name }).set(value);
    measured = [...now.keys()];
  };
  const judge = async (schema: Schema): Promise<void> => {
    const exists = (s: Schema): boolean => levels.get({ namespace: '', name: s.spec?.priorityLevelConfiguration?.name ?? '' }) !== undefined;
    if (!danglingCondition(schema, exists(schema), '')) return;
    try {
      await updateStatus(FlowSchema, { namespace: '', name: schema.metadata.name }, (current) => {
        const condition = danglingCondition(current, exists(current), rfc3339(clock.now()));
        return condition && { ...current, status: { conditions: [...(current.status?.conditions ?? []).filter((c) => c.type !== 'Dangling'), condition] } };
      });
    } catch (error) {
      if (!isNotFound(error) && !isConflict(error)) log.error('the status of a flow schema could not be written', error, { flowSchema: schema.metadata.name });
    }
  };
  const judgeAll = (): void => {
    measure();
    for (const schema of schemas.list()) void judge(schema);
  };
  judgeAll();
  const ends = [schemas.onChange(({ object }) => void (object && judge(object))), levels.onChange(judgeAll)];
  return () => ends.forEach((end) => end());
}
