/** Turns rows of wavelet samples into rows of the image's samples (ITU-T T.800 Annex G). */
import { type Kernels, strideOf } from './kernels.ts'
import type { Rows } from './subband-rows.ts'

export interface SampleFormat {
  readonly precision: number
  readonly signed: boolean
  /** Whether the first three components are Y, U and V. */
  readonly componentTransform: boolean
  /** Whether wavelet samples are integers and not floats. */
  readonly reversible: boolean
}

export class SampleRows {
  readonly #kernels: Kernels
  readonly #components: readonly Rows[]
  readonly #format: SampleFormat
  readonly #width: number
  readonly #output: number

  /** `components` are of one size. */
  constructor(kernels: Kernels, components: readonly Rows[], format: SampleFormat) {
    const { x0, x1 } = components[0]!.area
    this.#kernels = kernels
    this.#components = components
    this.#format = format
    this.#width = x1 - x0
    this.#output = kernels.reserveRows(components.length, this.#width)
  }

  /** The next row of each component. They hold until others are asked for. */
  next(): Int32Array[] {
    const { run } = this.#kernels
    const { precision, signed, componentTransform, reversible } = this.#format
    const half = 2 ** (precision - 1)
    const [level, lowest, highest] = signed ? [0, -half, half - 1] : [half, 0, 2 * half - 1]
    const stride = strideOf(this.#width)
    const inputs = this.#components.map((rows) => rows.next())
    if (componentTransform) {
      const restore = reversible ? run.restoreColors : run.restoreRealColors
      restore(inputs[0]!, inputs[1]!, inputs[2]!, this.#output, stride, this.#width)
      for (const component of [0, 1, 2]) inputs[component] = this.#output + component * stride
    }
    return inputs.map((input, component) => {
      const output = this.#output + component * stride
      const shift = reversible ? run.shiftLevel : run.shiftRealLevel
      shift(input, output, this.#width, level, lowest, highest)
      return this.#kernels.samplesAt(output, this.#width)
    })
  }
}
