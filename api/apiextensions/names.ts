/** Which of a CRD's names are free in its group, and the conditions that say so. Pure. Behaves like upstream apiextensions-apiserver/pkg/controller/status/naming_controller.go. */
import { apiApproval } from '../../apimachinery/structural/api-approval.ts';
import type { CustomResourceDefinition, CustomResourceDefinitionCondition, CustomResourceDefinitionNames } from '../../apimachinery/types/apiextensions.gen.ts';
import type { DeepReadonly } from '../../apimachinery/types/type.ts';
import { caBundleProblem } from '../../apimachinery/validation/ca-bundle.ts';

type CRD = DeepReadonly<CustomResourceDefinition>;
type Names = DeepReadonly<CustomResourceDefinitionNames>;
export type Condition = Omit<CustomResourceDefinitionCondition, 'lastTransitionTime'>;

export interface Naming {
  readonly accepted: CustomResourceDefinitionNames;
  readonly conditions: readonly Condition[];
}

/** `others`: the remaining CRDs of the group. */
export function naming(crd: CRD, others: readonly CRD[]): Naming {
  const wanted = crd.spec.names;
  const own = crd.status.acceptedNames;
  const accepted = { ...own } as CustomResourceDefinitionNames;
  const conflicts: Condition[] = [];
  const resources = new Set(others.flatMap((o) => resourceNames(o.status.acceptedNames)));
  const kinds = new Set(others.flatMap((o) => kindNames(o.status.acceptedNames)));
  const take = (field: 'plural' | 'singular' | 'kind' | 'listKind', used: ReadonlySet<string>, reason: string): void => {
    const name = wanted[field] ?? '';
    if (name !== own[field] && used.has(name)) conflicts.push(notAccepted(reason, inUse(name)));
    else if (name !== '') accepted[field] = name;
  };
  take('plural', resources, 'PluralConflict');
  take('singular', resources, 'SingularConflict');
  const taken = (wanted.shortNames ?? []).filter((name) => !(own.shortNames ?? []).includes(name) && resources.has(name));
  if (taken.length > 0) conflicts.push(notAccepted('ShortNamesConflict', taken.length === 1 ? inUse(taken[0] ?? '') : `[${taken.map(inUse).join(', ')}]`));
  else assign(accepted, 'shortNames', wanted.shortNames);
  take('kind', kinds, 'KindConflict');
  take('listKind', kinds, 'ListKindConflict');
  assign(accepted, 'categories', wanted.categories);
  const last = conflicts.at(-1);
  const named: Condition = last ?? { type: 'NamesAccepted', status: 'True', reason: 'NoConflicts', message: 'no conflicts found' };
  return { accepted, conditions: [named, established(crd, last === undefined), ...conformance(crd)] };
}

function assign(names: CustomResourceDefinitionNames, field: 'shortNames' | 'categories', value: readonly string[] | undefined): void {
  if (value === undefined) delete names[field];
  else names[field] = [...value];
}

/** Once established, a CRD stays so. */
function established(crd: CRD, accepted: boolean): Condition {
  const old = (crd.status.conditions ?? []).find((c) => c.type === 'Established');
  const isEstablished = old?.status === 'True';
  if (accepted && !isEstablished && caBundleProblem(crd.spec.conversion?.webhook?.clientConfig?.caBundle ?? '') !== undefined)
    return { type: 'Established', status: 'False', reason: 'InvalidCABundle', message: 'The conversion webhook CABundle is invalid' };
  if (accepted || isEstablished) return { type: 'Established', status: 'True', reason: 'InitialNamesAccepted', message: 'the initial names have been accepted' };
  return { type: 'Established', status: 'False', reason: 'NotAccepted', message: 'not all names are accepted' };
}

const OF_APPROVAL = { missing: ['False', 'MissingAnnotation'], invalid: ['False', 'InvalidAnnotation'], bypassed: ['False', 'UnapprovedAnnotation'], approved: ['True', 'ApprovedAnnotation'] } as const;

/** Of groups of the community. Behaves like upstream apiextensions-apiserver/pkg/controller/apiapproval. */
function conformance({ spec, metadata }: CRD): Condition[] {
  const approval = apiApproval(spec.group, metadata.annotations);
  if (!approval) return [];
  const [status, reason] = OF_APPROVAL[approval.state];
  return [{ type: 'KubernetesAPIApprovalPolicyConformant', status, reason, message: approval.reason }];
}

const inUse = (name: string): string => `${JSON.stringify(name)} is already in use`;
const notAccepted = (reason: string, message: string): Condition => ({ type: 'NamesAccepted', status: 'False', reason, message });
const present = (...names: readonly (string | undefined)[]): string[] => names.filter((n): n is string => n !== undefined && n !== '');
const resourceNames = (n: Names): string[] => present(n.plural, n.singular, ...(n.shortNames ?? []));
const kindNames = (n: Names): string[] => present(n.kind, n.listKind);
