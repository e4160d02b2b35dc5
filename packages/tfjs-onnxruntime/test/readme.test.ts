import { readFileSync, writeFileSync } from 'node:fs'
import { expect, test } from 'vitest'
import { conformanceSection, summarize } from '../conformance/summary.js'
import { kernelTable } from './kernel-table.ts'

const path = new URL('../README.md', import.meta.url)
const kernelSection = /(<!-- kernels -->\n)([\s\S]*)(<!-- \/kernels -->)/

/** To write the table anew: UPDATE_KERNELS=1 vitest run test/readme.test.ts. */
test('the README lists exactly the kernels that have lowerings, and says which are tested', () => {
  const readme = readFileSync(path, 'utf8')
  if (process.env.UPDATE_KERNELS !== undefined)
    writeFileSync(
      path,
      readme.replace(kernelSection, (_, open, __, close) => `${open}${kernelTable()}${close}`),
    )
  expect(plain(kernelSection.exec(readFileSync(path, 'utf8'))![2])).toBe(plain(kernelTable()))
})

test("the README has the recorded results of tfjs-core's own tests, none of which fails without a reason", () => {
  const recorded = JSON.parse(readFileSync(new URL('../conformance/results.json', import.meta.url), 'utf8'))
  expect(plain(conformanceSection.exec(readFileSync(path, 'utf8'))![2])).toBe(plain(summarize(recorded)))
  expect(Object.values(recorded.failed)).not.toContain('unknown')
  expect(recorded.passed / (recorded.passed + Object.keys(recorded.failed).length)).toBeGreaterThan(0.9)
})

/** Without what a formatter changes. */
function plain(markdown: string): string {
  return markdown.replace(/[\s|-]+/g, ' ').trim()
}
