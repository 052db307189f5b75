/** Defaults of custom resource definitions. Behaves like upstream apiextensions-apiserver/pkg/apis/apiextensions/v1/defaults.go. */
import * as apiextensions from '../../apimachinery/types/apiextensions.gen.ts';
import { defineDefaults } from '../generic/define.ts';

export default [
  defineDefaults(apiextensions.CustomResourceDefinitionSpec, (spec) => {
    const { names } = spec;
    names.singular ||= names.kind.toLowerCase();
    if (names.kind !== '') names.listKind ||= `${names.kind}List`;
    spec.conversion ??= { strategy: 'None' };
  }),
  defineDefaults(apiextensions.CustomResourceDefinition, ({ spec, status }) => {
    if ((status.storedVersions ?? []).length > 0) return;
    const stored = (spec.versions ?? []).find((v) => v.storage);
    if (stored) status.storedVersions = [stored.name];
  }),
  defineDefaults(apiextensions.ServiceReference, (ref) => {
    ref.port ??= 443;
  }),
];
