import { requiredColumn } from '@mammokit/strict-csv'
import { expect, test } from 'vitest'
import { z } from 'zod'
import { imageTable, type StandardColumn } from '../../src/data-set/image-table.ts'

interface Person {
  readonly age: number | null
  readonly columns: Readonly<Record<string, string>>
}

const age: StandardColumn<Person> = {
  column: requiredColumn(
    'age',
    z.string().transform((cell) => (cell === '' ? null : Number(cell))),
  ),
  value: (person) => person.age,
}

test('an own column that says the same as the standard one is that column, as the set wrote it', () => {
  const people = [
    { age: 61, columns: { note: 'a', age: '61.0' } },
    { age: null, columns: { note: 'b', age: '' } },
  ]
  expect(imageTable(people, [age])).toEqual({
    header: ['age', 'note'],
    rows: [
      ['61.0', 'a'],
      ['', 'b'],
    ],
  })
  expect(imageTable(people, [age], { ownFirst: true }).header).toEqual(['note', 'age'])
})

test('an own column that says something else, or has a name that is needed, is kept under another name', () => {
  const people = [
    { age: 61, columns: { age: '055Y', fold: '3', own_fold: 'x' } },
    { age: 7, columns: { age: '7', fold: '4', own_fold: 'y' } },
  ]
  expect(imageTable(people, [age], { reserved: ['fold'] })).toEqual({
    header: ['age', 'own_age', 'own_own_fold', 'own_fold'],
    rows: [
      ['61', '055Y', '3', 'x'],
      ['7', '7', '4', 'y'],
    ],
  })
})

test('a standard column without a value is left out, unless it is always there; rows of several sets have all columns', () => {
  const people = [
    { age: null, columns: { a: '1' } },
    { age: null, columns: { b: '2' } },
  ]
  expect(imageTable(people, [age])).toEqual({
    header: ['a', 'b'],
    rows: [
      ['1', ''],
      ['', '2'],
    ],
  })
  expect(imageTable(people, [{ ...age, always: true }]).header).toEqual(['age', 'a', 'b'])
})
