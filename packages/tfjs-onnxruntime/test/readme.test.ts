import { existsSync, readFileSync, writeFileSync } from 'node:fs'
import { expect, test } from 'vitest'
import { kernelTable } from './kernel-table.ts'

const path = new URL('../README.md', import.meta.url)

/**
 * To write the table anew: KERNEL_LOG=kernels.txt vitest run test/kernels, then UPDATE_KERNELS=kernels.txt vitest run test/readme.test.ts.
 */
test('the README lists exactly the kernels that have lowerings', () => {
  const log = process.env.UPDATE_KERNELS
  const readme = readFileSync(path, 'utf8')
  const section = /(<!-- kernels -->\n)([\s\S]*)(<!-- \/kernels -->)/
  if (log !== undefined && existsSync(log)) {
    const table = kernelTable(new Set(readFileSync(log, 'utf8').split('\n')))
    writeFileSync(
      path,
      readme.replace(section, (_, open, __, close) => `${open}${table}${close}`),
    )
    return
  }
  const written = section.exec(readme)?.[2] ?? ''
  expect(plain(written)).toBe(plain(kernelTable(new Set())))
})

/** Without stars and the first line that explains them, and without the spaces that a formatter changes. */
function plain(table: string): string {
  return table.slice(table.indexOf('- **')).replaceAll('\\*', '').replace(/\s+/g, ' ').trim()
}
