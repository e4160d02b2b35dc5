import { describe, expect, it } from 'vitest'
import { clipToBreast, mapInFrame } from '../../src/heatmap.ts'

const pictureOf = (...rows: readonly string[]) => ({
  data: Uint16Array.from(rows.join(''), (cell) => (cell === '.' ? 0 : 1000)),
  height: rows.length,
  width: rows[0]!.length,
})
const rowsOf = (heat: Float32Array, width: number) =>
  Array.from({ length: heat.length / width }, (_, y) => [...heat.subarray(y * width, (y + 1) * width)].join(''))

describe('clipToBreast', () => {
  it('takes a map off the black that reaches the border, and leaves it on black spots of the breast', () => {
    const picture = pictureOf('##..', '###.', '#.#.', '##..')
    const heat = clipToBreast(new Float32Array(16).fill(1), picture, picture)
    expect(rowsOf(heat, 4)).toEqual(['1100', '1110', '1110', '1100'])
  })

  it('does so in the original image, of which the picture is a mirrored part of half the size', () => {
    const picture = pictureOf('##.', '#..')
    // Six of the eight columns, from the second on, mirrored; the last row of five is cut off.
    const placement = { box: { x: 1, y: 0, width: 6, height: 4 }, scaleX: -0.5, scaleY: 0.5, padX: 3, padY: 0 }
    const frame = { height: 5, width: 8 }
    const heat = clipToBreast(new Float32Array(40).fill(1), frame, picture, placement, frame)
    expect(rowsOf(heat, 8)).toEqual(['00011110', '00011110', '00000110', '00000110', '00000000'])
  })

  it('ends the constant that a map has beyond its outermost cells', () => {
    const picture = pictureOf('####....')
    const map = { data: Float32Array.of(2, 2), height: 1, width: 2, offset: 2, stride: 4 }
    const whole = { box: { x: 0, y: 0, width: 8, height: 1 }, scaleX: 1, scaleY: 1, padX: 0, padY: 0 }
    const heat = mapInFrame(map, whole, picture)
    expect([...heat]).toEqual(new Array(8).fill(2))
    expect([...clipToBreast(heat, picture, picture)]).toEqual([2, 2, 2, 2, 0, 0, 0, 0])
  })

  it('refuses a heatmap of another size', () => {
    const picture = pictureOf('##')
    expect(() => clipToBreast(new Float32Array(3), picture, picture)).toThrow('Expected 1 x 2 values')
  })
})
