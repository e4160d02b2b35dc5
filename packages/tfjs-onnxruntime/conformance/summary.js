/** The README's section on tfjs-core's own tests, from what conformance.js has recorded. */

/** The section in the README: its opening mark, its text and its closing mark. */
export const conformanceSection = /(<!-- conformance -->\n)([\s\S]*)(<!-- \/conformance -->)/

/** @param {{ passed: number, failed: Record<string, string>, skipped: Record<string, number> }} results */
export function summarize({ passed, failed, skipped }) {
  const failedCount = Object.keys(failed).length
  const skips = Object.entries(skipped).sort((a, b) => b[1] - a[1] || a[0].localeCompare(b[0]))
  const skippedCount = skips.reduce((sum, [, count]) => sum + count, 0)
  const share = ((100 * passed) / (passed + failedCount)).toFixed(1)
  return [
    `Of ${passed + failedCount + skippedCount} tests ${passed} pass, ${failedCount} fail and ${skippedCount} are skipped: ${share} % of those that concern covered kernels pass.`,
    '',
    '| failed | reason |',
    '| --- | --- |',
    ...Object.entries(failed).map(
      ([name, reason]) => `| ${name.replace(' onnxruntime {}', '').replaceAll('|', '\\|')} | ${reason} |`,
    ),
    '',
    `Skipped: ${skips.map(([reason, count]) => `${count} ${reason}`).join('; ')}.`,
    '',
  ].join('\n')
}
