/** Jest reporter: the last line of a test run, for machines. */
export default class ClosingLine {
  onRunComplete(_contexts, results) {
    const failed = results.numFailedTests + results.numRuntimeErrorTestSuites;
    const skipped = results.numPendingTests > 0 ? `, ${results.numPendingTests} skipped` : '';
    process.stderr.write('', () => console.log(`\n${results.numPassedTests} passed, ${failed} failed${skipped}`));
  }
}
