import { readFileSync } from 'node:fs'
import { expect, it } from 'vitest'
import * as library from '../src/index.ts'

const read = (path: string) => readFileSync(new URL(`../${path}`, import.meta.url), 'utf8')

it('exports the function of each command, and the README lists it', () => {
  const names = [...read('src/commands.ts').matchAll(/await import\('[^']+'\)\)\.(\w+)/g)].map(([, name]) => name!)
  expect(names.length).toBeGreaterThan(7)
  expect(Object.keys(library)).toEqual(expect.arrayContaining(names))
  const [, list] = read('README.md').split('## As a library')
  for (const name of names) expect(list.split('```')[0]).toContain(`\`${name}\``)
})
