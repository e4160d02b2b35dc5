import { readFileSync } from 'node:fs'
import { expect, test } from 'vitest'
import { run } from '../../examples/run.ts'

test('the examples print what their README says', async () => {
  const lines: string[] = []
  await run((line) => lines.push(line))
  const readme = readFileSync(new URL('../../examples/README.md', import.meta.url), 'utf8')
  expect(/```text\n([\s\S]*?)```/.exec(readme)?.[1]).toBe(`${lines.join('\n')}\n`)
})

test('the examples are part of the package', () => {
  const { files } = JSON.parse(readFileSync(new URL('../../package.json', import.meta.url), 'utf8')) as {
    files: string[]
  }
  expect(files).toContain('examples')
})
