import { expect, test } from 'vitest'
import { formatTable } from '../../src/index.ts'

test('formatTable aligns the first column left and the others right', () => {
  const rows = [
    ['train', 80],
    ['val', 7],
  ]
  expect(formatTable(['subset', 'images'], rows)).toBe('  subset  images\n  train       80\n  val          7')
})
