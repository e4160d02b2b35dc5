/** Gives the samples of a resolution row by row: the inverse wavelet (ITU-T T.800 F.3) over the rows of four subbands. */
import { type Kernels, strideOf } from './kernels.ts'
import type { Area } from './main-header.ts'
import type { Rows } from './subband-rows.ts'
import type { Wavelet } from './wavelets.ts'

export class ResolutionRows implements Rows {
  readonly area: Area
  readonly #wavelet: Wavelet
  readonly #low: Rows
  readonly #bands: readonly Rows[]
  readonly #width: number
  /** How many columns have even coordinates, and how many have odd ones. */
  readonly #evens: number
  readonly #odds: number
  /** Room for the rows in use and two more. */
  readonly #rows: number
  /** For each step, the next row that goes through it; step 0 puts a row together. */
  readonly #nextOfStep: number[]
  #y: number

  /** `low`: the next smaller resolution; `bands`: HL, LH, HH. */
  constructor(kernels: Kernels, wavelet: Wavelet, area: Area, low: Rows, bands: readonly Rows[]) {
    this.area = area
    this.#wavelet = wavelet
    this.#low = low
    this.#bands = bands
    this.#width = area.x1 - area.x0
    this.#evens = Math.ceil(area.x1 / 2) - Math.ceil(area.x0 / 2)
    this.#odds = this.#width - this.#evens
    this.#rows = kernels.reserveRows(wavelet.rowsInUse + 2, this.#width)
    this.#y = area.y0
    this.#nextOfStep = Array.from({ length: wavelet.steps + 1 }, (_, step) =>
      step === 0 ? area.y0 : area.y0 + ((area.y0 + step + 1) % 2),
    )
  }

  next(): number {
    const y = this.#y++
    const isOnly = this.area.y1 - this.area.y0 === 1
    const { steps } = this.#wavelet
    this.#complete(isOnly ? 0 : y % 2 === 1 ? steps : steps - 1, y)
    return this.#rowAt(y)
  }

  /** Takes rows through a step, up to row `y`, and those that they need through the steps before it. */
  #complete(step: number, y: number): void {
    for (let row = this.#nextOfStep[step]!; row <= y; row = this.#nextOfStep[step]!) {
      this.#nextOfStep[step] = row + (step === 0 ? 1 : 2)
      if (step === 0) {
        this.#join(row)
      } else {
        this.#complete(step - 1, Math.min(row + 1, this.area.y1 - 1))
        this.#lift(step, row)
      }
    }
  }

  #join(y: number): void {
    const { x0, y0, y1 } = this.area
    const [highLow, lowHigh, highHigh] = this.#bands
    const [low, high] = y % 2 === 0 ? [this.#low, highLow!] : [lowHigh!, highHigh!]
    const parts = {
      low: low.next(),
      lows: this.#evens,
      high: high.next(),
      highs: this.#odds,
      parity: x0 & 1,
      scratch: this.#rows + this.#wavelet.rowsInUse * strideOf(this.#width),
      output: this.#rowAt(y),
    }
    this.#wavelet.join(parts, y, y1 - y0 === 1)
  }

  /** The first and the last row are mirrored in the one beside them. */
  #lift(step: number, y: number): void {
    const { y0, y1 } = this.area
    const above = y > y0 ? y - 1 : y + 1
    const below = y + 1 < y1 ? y + 1 : y - 1
    this.#wavelet.lift(step, this.#rowAt(y), this.#rowAt(above), this.#rowAt(below), this.#width)
  }

  /** Each row takes the place of one that is not in use any more. */
  #rowAt(y: number): number {
    return this.#rows + (y & (this.#wavelet.rowsInUse - 1)) * strideOf(this.#width)
  }
}
