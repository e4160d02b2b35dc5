import { expect, it } from 'vitest'
import { undocumentedExports } from '../src/documents/undocumented.ts'

/** How many exported types may lack a docstring still, of all packages together; this only falls. */
const typesLeft = 17

it('every value that a package exports has a docstring, and every type but for a number that only falls', async () => {
  const bare = [...(await undocumentedExports())]
  expect(bare.length).toBeGreaterThan(25)
  const values = bare.flatMap(([name, { values }]) => values.map((value) => `${name}: ${value}`))
  expect(values).toEqual([])
  const types = bare.flatMap(([name, { types }]) => types.map((type) => `${name}: ${type}`))
  expect(types.length, types.join('\n')).toBeLessThanOrEqual(typesLeft)
})
