import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { findRepeatedKey } from '../../src/config/find-repeated-key.ts'

describe('findRepeatedKey', () => {
  it.each([
    ['{"a": 1, "b": 2, "a": 3}', 'a'],
    ['{"a": {"b": 1}, "c": {"b": 1, "\\u0062": 2}}', 'c.b'],
    ['{"a": [{"b": 1, "b": 2}]}', 'a.b'],
    ['{"a": "b\\": {", "c": ["a", "a"], "d": {"a": 1}}', undefined],
  ])('%s', (json, key) => expect(findRepeatedKey(json)).toBe(key))

  it('finds none in what JSON.stringify writes', () => {
    fc.assert(fc.property(fc.json(), (json) => findRepeatedKey(JSON.stringify(JSON.parse(json))) === undefined))
  })
})
