import { describe, expect, it } from '@jest/globals';
import { naming } from './names.ts';

type CRD = Parameters<typeof naming>[0];

const crd = (plural: string, kind: string, shortNames: readonly string[], accepted: object): CRD =>
  ({ metadata: { name: `${plural}.example.com` }, spec: { group: 'example.com', names: { plural, singular: kind.toLowerCase(), kind, listKind: `${kind}List`, shortNames } }, status: { acceptedNames: accepted, conditions: null } }) as unknown as CRD;

const NONE = { plural: '', kind: '' };

describe('naming', () => {
  it('accepts what is free, and establishes', () => {
    const { accepted, conditions } = naming(crd('widgets', 'Widget', ['w'], NONE), []);
    expect(accepted).toEqual({ plural: 'widgets', singular: 'widget', kind: 'Widget', listKind: 'WidgetList', shortNames: ['w'] });
    expect(conditions.map((c) => `${c.type}=${c.status} ${c.reason}`)).toEqual(['NamesAccepted=True NoConflicts', 'Established=True InitialNamesAccepted']);
  });

  it('leaves out a short name that another has, and does not establish', () => {
    const other = crd('wheels', 'Wheel', ['w'], { plural: 'wheels', kind: 'Wheel', shortNames: ['w'] });
    const { accepted, conditions } = naming(crd('widgets', 'Widget', ['w'], NONE), [other]);
    expect(accepted.shortNames).toBeUndefined();
    expect(conditions.map((c) => `${c.type}=${c.status} ${c.reason}: ${c.message}`)).toEqual(['NamesAccepted=False ShortNamesConflict: "w" is already in use', 'Established=False NotAccepted: not all names are accepted']);
  });

  it('keeps names that are its own already', () => {
    const own = { plural: 'widgets', singular: 'widget', kind: 'Widget', listKind: 'WidgetList', shortNames: ['w'] };
    expect(naming(crd('widgets', 'Widget', ['w'], own), []).conditions[0]?.status).toBe('True');
  });

  it('tells of a group of the community whether its API is approved', () => {
    const of = (annotation: string): CRD => ({ ...crd('widgets', 'Widget', [], NONE), metadata: { annotations: { 'api-approved.kubernetes.io': annotation } }, spec: { ...crd('widgets', 'Widget', [], NONE).spec, group: 'x.k8s.io' } }) as unknown as CRD;
    const told = (annotation: string): string | undefined => naming(of(annotation), []).conditions.filter((c) => c.type === 'KubernetesAPIApprovalPolicyConformant').map((c) => `${c.status} ${c.reason}`)[0];
    expect([told('unapproved, testing'), told('https://example.com/x')]).toEqual(['False UnapprovedAnnotation', 'True ApprovedAnnotation']);
  });
});
