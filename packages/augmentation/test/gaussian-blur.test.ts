import { readFileSync } from 'node:fs'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { blurGaussian } from '../src/index.ts'
import { arbitraryImage } from './arbitrary-image.ts'

const recorded = JSON.parse(readFileSync(new URL('./fixtures/scipy.json', import.meta.url), 'utf8'))
const image = { ...recorded.image, data: Float32Array.from(recorded.image.data as number[]) }

describe('blurGaussian', () => {
  it.each(recorded.blur as { kernelSize: number; output: number[] }[])(
    "matches SciPy's gaussian_filter, |delta| <= 1e-6: kernel of $kernelSize",
    ({ kernelSize, output }) => {
      const { data } = blurGaussian(image, kernelSize)
      output.forEach((value, index) => {
        expect(Math.abs(data[index]! - value)).toBeLessThanOrEqual(1e-6)
      })
    },
  )

  it('leaves a constant image constant within 1e-6, whatever its size, and a kernel of 1 changes nothing', () => {
    fc.assert(
      fc.property(arbitraryImage, fc.constantFrom(3, 5, 7, 25), (image, kernelSize) => {
        const constant = { ...image, data: image.data.map(() => 0.5) }
        for (const value of blurGaussian(constant, kernelSize).data) expect(Math.abs(value - 0.5)).toBeLessThan(1e-6)
        expect(blurGaussian(image, 1)).toEqual(image)
      }),
    )
  })

  it('takes a standard deviation, and for 0 that of the kernel size', () => {
    expect(blurGaussian(image, 5, 1.1)).toEqual(blurGaussian(image, 5))
    expect(blurGaussian(image, 5, 0.1).data.every((value, at) => Math.abs(value - image.data[at]!) < 1e-6)).toBe(true)
    expect(blurGaussian(image, 5, 2)).not.toEqual(blurGaussian(image, 5))
    expect(() => blurGaussian(image, 5, -1)).toThrow('for sigma but received -1')
  })

  it('names an even kernel size', () => {
    expect(() => blurGaussian(image, 4)).toThrow('Expected an odd integer for kernelSize but received 4.')
  })
})
