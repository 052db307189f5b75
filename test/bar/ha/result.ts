/** What passed and what did not, as it becomes known. */
export class Result {
  /** `wrong`: what is wrong, a line each; the first few are shown. */
  check(what: string, wrong: readonly string[] | boolean, detail = ''): void {
    const isWrong = typeof wrong === 'boolean' ? !wrong : wrong.length > 0;
    console.log(`${isWrong ? 'FAILED' : 'passed'}: ${what}${detail === '' ? '' : ` (${detail})`}`);
    if (!isWrong) return;
    process.exitCode = 1;
    if (typeof wrong !== 'boolean') for (const line of wrong.slice(0, 10)) console.log(`  ${line}`);
  }
}
