import { describe, expect, it } from '@jest/globals';
import { meets, tallyOf, tallyText, type Reported } from './mutation-report.ts';

const step = (more: Partial<Reported> = {}): Reported => ({ verb: 'create', path: '/api/v1/pods', exact: true, shape: true, differences: [], ...more });
const cel = '.body.message: want "… Invalid value: \\"x\\": compilation failed: ERROR: <input>:1:1: undeclared reference", got nothing';

describe('the report of mutated objects', () => {
  const report = [
    step(),
    step({ exact: false }),
    step({ exact: false, shape: false, differences: [cel] }),
    step({ path: '/apis/apiextensions.k8s.io/v1/customresourcedefinitions', exact: false, shape: false }),
  ];

  it('leaves out what the bar leaves out', () => {
    expect(tallyOf(report)).toEqual({ total: 2, exact: 1, shape: 2, celErrors: 1, definitions: 1 });
  });

  it('knows by recorded answers what would have agreed', () => {
    expect(tallyOf([step(), step()], [{ body: { message: 'compilation failed: ERROR: <input>:1:1' } }, { body: {} }])).toEqual({ total: 1, exact: 1, shape: 1, celErrors: 1, definitions: 0 });
  });

  it('is compared with what is asked for', () => {
    const tally = tallyOf(report);
    expect([meets(tally, { exact: 50, shape: 100 }), meets(tally, { exact: 51, shape: 100 }), meets({ ...tally, total: 0 }, { exact: 1, shape: 1 })]).toEqual([true, false, false]);
    expect(tallyText('given', tally, { exact: 97, shape: 99 })).toBe(
      'given: 1 exact (50.00 %, at least 97 %), 2 shape (100.00 %, at least 99 %), of 2; left out: 1 with an error of the CEL compiler, 1 CustomResourceDefinitions',
    );
  });
});
