import { describe, expect, it } from '@jest/globals';
import { reportText, resultsOf, type GinkgoReport } from './report.ts';

const report: GinkgoReport[] = [
  {
    SpecReports: [
      { ContainerHierarchyTexts: null, LeafNodeText: '', LeafNodeType: 'SynchronizedBeforeSuite', State: 'passed', RunTime: 1 },
      { ContainerHierarchyTexts: ['[sig-apps] Job'], LeafNodeText: 'should run [Conformance]', LeafNodeType: 'It', State: 'passed', RunTime: 2e9 },
      { ContainerHierarchyTexts: ['[sig-node] Pods'], LeafNodeText: 'should stay', LeafNodeType: 'It', State: 'timedout', RunTime: 3e9, Failure: { Message: 'too late', Location: { FileName: '/a/b/c.go', LineNumber: 7 } } },
      { ContainerHierarchyTexts: ['[sig-node] Pods'], LeafNodeText: 'other', LeafNodeType: 'It', State: 'skipped', RunTime: 0 },
    ],
  },
];

describe('the conformance report', () => {
  it('counts specs by verdict and leaves passed set-up out', () => {
    expect(resultsOf(report)).toEqual([
      { name: '[sig-apps] Job should run [Conformance]', verdict: 'passed', seconds: 2, message: '' },
      { name: '[sig-node] Pods should stay', verdict: 'failed', seconds: 3, message: 'too late (b/c.go:7)' },
      { name: '[sig-node] Pods other', verdict: 'skipped', seconds: 0, message: '' },
    ]);
  });

  it('shows a set-up that failed, because then nothing ran', () => {
    const [result] = resultsOf([{ SpecReports: [{ ContainerHierarchyTexts: null, LeafNodeText: '', LeafNodeType: 'SynchronizedBeforeSuite', State: 'failed', RunTime: 0, Failure: { Message: 'no cluster' } }] }]);
    expect(result).toMatchObject({ name: 'SynchronizedBeforeSuite', verdict: 'failed', message: 'no cluster' });
  });

  it('groups by special interest group', () => {
    const text = reportText(resultsOf(report), 'T');
    expect(text).toContain('1 passed, 1 failed.');
    expect(text).toContain('| [sig-apps] | 1 | 0 | 2 |');
    expect(text).toContain('### [sig-node] Pods should stay');
  });
});
