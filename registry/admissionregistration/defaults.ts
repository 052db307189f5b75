/** Defaults of webhook configurations and admission policies. Behaves like upstream pkg/apis/admissionregistration/v1/defaults.go. */
import * as admissionregistration from '../../apimachinery/types/admissionregistration.gen.ts';
import { defineDefaults } from '../generic/define.ts';

type Selecting = Pick<admissionregistration.ValidatingWebhook, 'matchPolicy' | 'namespaceSelector' | 'objectSelector'>;

function defaultSelection(rules: Selecting): void {
  rules.matchPolicy ??= 'Equivalent';
  rules.namespaceSelector ??= {};
  rules.objectSelector ??= {};
}

function defaultWebhook(webhook: admissionregistration.ValidatingWebhook | admissionregistration.MutatingWebhook): void {
  webhook.failurePolicy ??= 'Fail';
  defaultSelection(webhook);
  webhook.timeoutSeconds ??= 10;
}

function defaultScope(rule: { scope?: string }): void {
  rule.scope ??= '*';
}

export default [
  defineDefaults(admissionregistration.ValidatingWebhook, defaultWebhook),
  defineDefaults(admissionregistration.MutatingWebhook, (webhook) => {
    defaultWebhook(webhook);
    webhook.reinvocationPolicy ??= 'Never';
  }),
  defineDefaults(admissionregistration.RuleWithOperations, defaultScope),
  defineDefaults(admissionregistration.NamedRuleWithOperations, defaultScope),
  defineDefaults(admissionregistration.ServiceReference, (ref) => {
    ref.port ??= 443;
  }),
  defineDefaults(admissionregistration.ValidatingAdmissionPolicySpec, (spec) => {
    spec.failurePolicy ??= 'Fail';
  }),
  defineDefaults(admissionregistration.MatchResources, defaultSelection),
];
