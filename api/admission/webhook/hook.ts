/** The webhooks of all configurations, in the order in which they are asked. Behaves like upstream apiserver/pkg/admission/configuration and plugin/webhook/accessors.go. */
import { goQuote } from '../../../apimachinery/go-text.ts';
import type { LabelSelector } from '../../../apimachinery/labels/selector.ts';
import type { MutatingWebhook, MutatingWebhookConfiguration, RuleWithOperations, ValidatingWebhookConfiguration } from '../../../apimachinery/types/admissionregistration.gen.ts';
import type { DeepReadonly, ResourceType } from '../../../apimachinery/types/type.ts';
import type { CachedReader, Stores } from '../../../registry/generic/context.ts';
import type { WebhookTarget } from '../../egress/webhook-client.ts';
import { compileMatchConditions, type MatchConditions } from '../match-conditions.ts';
import { selectorOf } from '../matching/selectors.ts';

export type Configuration = MutatingWebhookConfiguration | ValidatingWebhookConfiguration;

export interface Hook {
  /** Unique among all: configuration, name and a number. */
  readonly uid: string;
  readonly configuration: string;
  readonly name: string;
  readonly clientConfig: WebhookTarget;
  readonly rules: readonly DeepReadonly<RuleWithOperations>[];
  readonly ignoresFailures: boolean;
  readonly matchesEquivalents: boolean;
  readonly sideEffects: string | undefined;
  readonly timeoutSeconds: number | undefined;
  readonly reviewVersions: readonly string[];
  readonly isReinvocable: boolean;
  /** An Error: of a selector that cannot be read. */
  readonly namespaceSelector: LabelSelector | Error;
  readonly objectSelector: LabelSelector | Error;
  /** Absent: there are none. Compiled when first asked. */
  readonly conditions: MatchConditions | undefined;
}

export interface HookSource {
  /** Made anew only after a change. */
  hooks(): readonly Hook[];
}

export function hookSource<T extends Configuration>(stores: Stores, type: ResourceType<T>): HookSource {
  const configurations: CachedReader<T> = stores.cached(type);
  let known: readonly Hook[] | undefined;
  configurations.onChange(() => (known = undefined));
  return {
    hooks() {
      if (known) return known;
      const made = hooksOf(configurations.list() as readonly DeepReadonly<Configuration>[]);
      if (configurations.hasSynced()) known = made;
      return made;
    },
  };
}

function hooksOf(configurations: readonly DeepReadonly<Configuration>[]): readonly Hook[] {
  const byName = [...configurations].sort((a, b) => ((a.metadata.name ?? '') < (b.metadata.name ?? '') ? -1 : 1));
  return byName.flatMap((configuration) => {
    const seen = new Map<string, number>();
    return ((configuration.webhooks ?? []) as readonly DeepReadonly<MutatingWebhook>[]).map((webhook) => {
      const number = seen.get(webhook.name) ?? 0;
      seen.set(webhook.name, number + 1);
      return hookOf(webhook, configuration.metadata.name ?? '', number);
    });
  });
}

function hookOf(webhook: DeepReadonly<MutatingWebhook>, configuration: string, number: number): Hook {
  let conditions: MatchConditions | undefined;
  return {
    uid: `${configuration}/${webhook.name}/${number}`,
    configuration,
    name: webhook.name,
    clientConfig: webhook.clientConfig as WebhookTarget,
    rules: webhook.rules ?? [],
    ignoresFailures: webhook.failurePolicy === 'Ignore',
    matchesEquivalents: webhook.matchPolicy === 'Equivalent',
    sideEffects: webhook.sideEffects ?? undefined,
    timeoutSeconds: webhook.timeoutSeconds ?? undefined,
    reviewVersions: webhook.admissionReviewVersions ?? [],
    isReinvocable: webhook.reinvocationPolicy === 'IfNeeded',
    namespaceSelector: selectorOf(webhook.namespaceSelector),
    objectSelector: selectorOf(webhook.objectSelector),
    get conditions() {
      const declared = webhook.matchConditions ?? [];
      return declared.length === 0 ? undefined : (conditions ??= compileMatchConditions(declared));
    },
  };
}

/** How messages name a webhook. */
export const quotedName = (hook: Pick<Hook, 'name'>): string => goQuote(hook.name);
