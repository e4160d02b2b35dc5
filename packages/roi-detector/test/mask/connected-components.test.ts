import { expect, test } from 'vitest'
import { fillHoles, largestComponent, type Mask, reconstruct } from '../../src/index.ts'

const mask = (rows: string[]): Mask => ({
  data: Uint8Array.from(rows.join(''), (c) => (c === '#' ? 1 : 0)),
  width: rows[0].length,
  height: rows.length,
})
const text = ({ data, width, height }: Mask) =>
  Array.from({ length: height }, (_, y) =>
    Array.from(data.subarray(y * width, (y + 1) * width), (v) => (v ? '#' : '.')).join(''),
  )

test('keeps the largest of three parts; corners do not connect', () => {
  expect(text(largestComponent(mask(['##..', '..##', '.###', '#...'])))).toEqual(['....', '..##', '.###', '....'])
})

test('an empty mask stays empty', () => {
  expect(text(largestComponent(mask(['..', '..'])))).toEqual(['..', '..'])
  expect(text(fillHoles(mask(['..', '..'])))).toEqual(['..', '..'])
})

test('fills what cannot reach the edge, and what only reaches a closed side', () => {
  const rows = ['####.', '..##.', '####.', '#.##.', '####.']
  expect(text(fillHoles(mask(rows)))).toEqual(['####.', '..##.', '####.', '####.', '####.'])
  expect(text(fillHoles(mask(rows), 'L'))).toEqual(['####.', '####.', '####.', '####.', '####.'])
})

test('keeps the parts that touch the seed', () => {
  const seed = mask(['#..', '...', '...'])
  expect(text(reconstruct(mask(['##.', '...', '.##']), seed))).toEqual(['##.', '...', '...'])
})
