import { expect, it } from 'vitest'
import { undocumentedExports } from '../src/documents/undocumented.ts'

it('every value and every type that a package exports has a docstring', async () => {
  const bare = [...(await undocumentedExports())]
  expect(bare.length).toBeGreaterThan(25)
  const names = bare.flatMap(([name, { values, types }]) =>
    [...values, ...types].map((exported) => `${name}: ${exported}`),
  )
  expect(names).toEqual([])
})
