import fc from 'fast-check'
import { expect, test } from 'vitest'
import { safeNames } from '../../src/index.ts'

/** Ids that a hospital, a spreadsheet or an attacker could have, and names that look like those that are made here. */
const id = fc.oneof(
  fc.string({ unit: 'binary', maxLength: 150 }),
  fc.stringMatching(/^[A-Ca-c./ _-]{0,4}$/),
  fc.constantFrom('CON', 'con', 'nul.txt', 'LPT1', 'COM9.a.b', '.', '..', '../x', 'a.', 'a ', '', 'ﬁ', 'fi', 'é', 'é'),
  fc.string({ maxLength: 4 }).map((text) => safeNames([text, text.toUpperCase()]).get(text)!),
)

test('any ids get distinct names, on systems that ignore case too, each of them safe', () => {
  fc.assert(
    fc.property(fc.uniqueArray(id, { maxLength: 40 }), (ids) => {
      const names = [...safeNames(ids).values()]
      expect(new Set(names.map((name) => name.toLowerCase())).size).toBe(ids.length)
      for (const name of names) {
        expect(name).toMatch(/^[A-Za-z0-9][A-Za-z0-9._-]{0,119}$/)
        expect(name).not.toMatch(/\.$|^(con|prn|aux|nul|com\d|lpt\d)(\.|$)/i)
      }
    }),
    { numRuns: 500 },
  )
})

test('names do not depend on the order of the ids, nor on how often each is there', () => {
  fc.assert(
    fc.property(fc.uniqueArray(id, { maxLength: 20 }), (ids) => {
      const names = safeNames(ids)
      const other = safeNames([...ids].reverse().concat(ids))
      for (const one of ids) expect(other.get(one)).toBe(names.get(one))
    }),
  )
})

test('safe ids stay what they are, also those of the RSNA and CBIS-DDSM data sets', () => {
  for (const one of ['10006', '462822612', 'Mass-Training_P_00001', '1.2.840.113619.2.1', 'a.b']) {
    expect(safeNames([one]).get(one)).toBe(one)
  }
})

test('a name of an unsafe id shows what can be shown of it', () => {
  expect(safeNames(['A/1']).get('A/1')).toMatch(/^A_1-x[0-9a-f]{16}$/)
  expect(safeNames(['张三']).get('张三')).toMatch(/^id-x[0-9a-f]{16}$/)
})
