import { expect, test } from 'vitest'
import { claim } from '../../src/report/checklists/claim.ts'
import { tripodAi } from '../../src/report/checklists/tripod-ai.ts'

/** By the statements themselves: TRIPOD+AI has 27 items, some in parts, CLAIM of 2024 has 44. */
test.each([
  ['TRIPOD+AI', tripodAi, 27, 52],
  ['CLAIM', claim, 44, 44],
])('%s has every item once, in order', (_, items, numbers, all) => {
  expect(items).toHaveLength(all)
  expect(new Set(items.map(({ item }) => item)).size).toBe(all)
  const found = [...new Set(items.map(({ item }) => Number.parseInt(item, 10)))]
  expect(found).toEqual(Array.from({ length: numbers }, (__, i) => i + 1))
})
