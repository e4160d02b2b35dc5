import { expect, test } from 'vitest'
import { percent } from '../../src/report/number-text.ts'

test.each([
  [0, '0.0 %'],
  [1e-5, '0.001 %'],
  [1 / 81_234, '0.0012 %'],
  [0.005, '0.5 %'],
  [0.0207, '2.1 %'],
  [1, '100.0 %'],
])('percent writes %d as %s', (share, text) => expect(percent(share)).toBe(text))
