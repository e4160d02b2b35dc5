import { expect, it } from 'vitest'
import { plural } from '../../src/index.ts'

it('adds an s to any count but 1, and a comma to thousands', () => {
  const counted = [0, 1, 2, 1200].map((count) => plural(count, 'epoch'))
  expect(counted).toEqual(['0 epochs', '1 epoch', '2 epochs', '1,200 epochs'])
})
