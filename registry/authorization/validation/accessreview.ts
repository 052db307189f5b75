/** Questions about access. Behaves like upstream pkg/apis/authorization/validation/validation.go. */
import type {
  FieldSelectorAttributes,
  LabelSelectorAttributes,
  LocalSubjectAccessReview,
  NonResourceAttributes,
  ResourceAttributes,
  SelfSubjectAccessReview,
  SubjectAccessReview,
} from '../../../apimachinery/types/authorization.gen.ts';
import type { ObjectMeta } from '../../../apimachinery/types/meta.gen.ts';
import { forbidden, invalid, Path, required, type ErrorList, type FieldError } from '../../../apimachinery/validation/field.ts';
import { selectorRequirement } from '../../core/validation/fields.ts';

const SPEC = Path.of('spec');
const RESOURCE = SPEC.child('resourceAttributes');
const OTHER = SPEC.child('nonResourceAttributes');

interface Attributes {
  readonly resourceAttributes?: ResourceAttributes;
  readonly nonResourceAttributes?: NonResourceAttributes;
}

/** How upstream prints its internal type. */
const internal = (a: NonResourceAttributes | undefined): unknown => (a ? { Path: a.path ?? '', Verb: a.verb ?? '' } : null);

type Requirement = { readonly key: string; readonly operator: string; readonly values?: readonly string[] };

/** Operators that are not known yet are let through. */
function fieldRequirement(r: Requirement, path: Path): FieldError[] {
  const count = (r.values ?? []).length;
  const takesValues = r.operator === 'In' || r.operator === 'NotIn';
  const takesNone = r.operator === 'Exists' || r.operator === 'DoesNotExist';
  return [
    ...(r.key ? [] : [required(path.child('key'), 'must be specified')]),
    ...(takesValues && count === 0 ? [required(path.child('values'), "must be specified when `operator` is 'In' or 'NotIn'")] : []),
    ...(takesNone && count > 0
      ? [forbidden(path.child('values'), "may not be specified when `operator` is 'Exists' or 'DoesNotExist'")]
      : []),
  ];
}

type Check = (r: Requirement, path: Path) => FieldError[];

function selector(s: FieldSelectorAttributes | LabelSelectorAttributes | undefined, path: Path, check: Check): FieldError[] {
  if (!s) return [];
  const requirements = s.requirements ?? [];
  const at = path.child('requirements');
  return [
    ...(s.rawSelector && requirements.length > 0
      ? [invalid(path.child('rawSelector'), s.rawSelector, 'may not specified at the same time as requirements')]
      : []),
    ...(!s.rawSelector && requirements.length === 0
      ? [required(at, `when ${path.toString()} is specified, requirements or rawSelector is required`)]
      : []),
    ...requirements.flatMap((r, i) => check(r, at.index(i))),
  ];
}

function selectors(a: ResourceAttributes | undefined): FieldError[] {
  return [
    ...selector(a?.fieldSelector, RESOURCE.child('fieldSelector'), fieldRequirement),
    ...selector(a?.labelSelector, RESOURCE.child('labelSelector'), (r, path) =>
      selectorRequirement(r, path, { allowUnknownOperator: true }),
    ),
  ];
}

function kindOfRequest({ resourceAttributes: resource, nonResourceAttributes: other }: Attributes): FieldError[] {
  if (resource && other) return [invalid(OTHER, internal(other), 'cannot be specified in combination with resourceAttributes')];
  return resource || other ? [] : [invalid(RESOURCE, null, 'exactly one of nonResourceAttributes or resourceAttributes must be specified')];
}

function emptyMetadata(metadata: ObjectMeta | undefined, detail: string, kept: readonly string[] = []): FieldError[] {
  const isSet = Object.entries(metadata ?? {}).some(
    ([k, v]) => !['managedFields', ...kept].includes(k) && v !== undefined && v !== null && v !== '',
  );
  return isSet ? [invalid(Path.of('metadata'), metadata, detail)] : [];
}

function subject({ spec }: SubjectAccessReview | LocalSubjectAccessReview): FieldError[] {
  const isNobody = !spec.user && (spec.groups ?? []).length === 0;
  return [
    ...kindOfRequest(spec),
    ...(isNobody ? [invalid(SPEC.child('user'), spec.user ?? '', 'at least one of user or group must be specified')] : []),
    ...selectors(spec.resourceAttributes),
  ];
}

export const validateSubjectAccessReview = (review: SubjectAccessReview): ErrorList => [
  ...subject(review),
  ...emptyMetadata(review.metadata, 'must be empty'),
];

export function validateSelfSubjectAccessReview({ spec, metadata }: SelfSubjectAccessReview): ErrorList {
  return [...kindOfRequest(spec), ...selectors(spec.resourceAttributes), ...emptyMetadata(metadata, 'must be empty')];
}

export function validateLocalSubjectAccessReview(review: LocalSubjectAccessReview): ErrorList {
  const { spec, metadata } = review;
  const namespace = spec.resourceAttributes?.namespace ?? '';
  return [
    ...subject(review),
    ...emptyMetadata(metadata, 'must be empty except for namespace', ['namespace']),
    ...(spec.resourceAttributes && namespace !== (metadata.namespace ?? '')
      ? [invalid(RESOURCE.child('namespace'), namespace, 'must match metadata.namespace')]
      : []),
    ...(spec.nonResourceAttributes ? [invalid(OTHER, internal(spec.nonResourceAttributes), 'disallowed on this kind of request')] : []),
  ];
}
