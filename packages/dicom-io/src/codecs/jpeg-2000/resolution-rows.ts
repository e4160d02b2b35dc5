/** Gives the samples of a resolution row by row: the inverse 5/3 wavelet (ITU-T T.800 F.3) over the rows of four subbands. */
import { type Kernels, strideOf } from './kernels.ts'
import type { Area } from './main-header.ts'
import type { Rows } from './subband-rows.ts'

export class ResolutionRows implements Rows {
  readonly area: Area
  readonly #kernels: Kernels
  readonly #low: Rows
  readonly #bands: readonly Rows[]
  readonly #width: number
  /** How many columns have even coordinates, and how many have odd ones. */
  readonly #evens: number
  readonly #odds: number
  /** Room for two even rows, two odd rows and the even half of one. */
  readonly #rows: number
  #y: number

  /** `low`: the next smaller resolution; `bands`: HL, LH, HH. */
  constructor(kernels: Kernels, area: Area, low: Rows, bands: readonly Rows[]) {
    this.area = area
    this.#kernels = kernels
    this.#low = low
    this.#bands = bands
    this.#width = area.x1 - area.x0
    this.#evens = Math.ceil(area.x1 / 2) - Math.ceil(area.x0 / 2)
    this.#odds = this.#width - this.#evens
    this.#rows = kernels.reserveRows(5, this.#width)
    this.#y = area.y0
  }

  next(): number {
    const y = this.#y++
    const { y0, y1 } = this.area
    if (y === y0) this.#start()
    if (y % 2 === 0) return this.#rowAt(y)
    const row = this.#rowAt(y)
    if (y1 - y0 === 1) this.#kernels.run.halveRow(row, this.#width)
    if (y + 1 < y1) this.#makeEven(y + 1)
    if (y1 - y0 > 1) this.#lift('liftOddRow', y)
    return row
  }

  #start(): void {
    const { y0 } = this.area
    if (y0 % 2 === 0) this.#makeEven(y0)
    else this.#joinOdd(y0)
  }

  /** Makes an even row, for which it needs the odd one after it. */
  #makeEven(y: number): void {
    const [highLow] = this.#bands
    this.#join(this.#low, highLow!, y)
    if (y + 1 < this.area.y1) this.#joinOdd(y + 1)
    if (this.area.y1 - this.area.y0 > 1) this.#lift('liftEvenRow', y)
  }

  #joinOdd(y: number): void {
    const [, lowHigh, highHigh] = this.#bands
    this.#join(lowHigh!, highHigh!, y)
  }

  #join(low: Rows, high: Rows, y: number): void {
    const [lows, highs] = [low.next(), high.next()]
    const even = this.#rows + 4 * strideOf(this.#width)
    this.#kernels.run.joinRow(lows, this.#evens, highs, this.#odds, this.area.x0 & 1, even, this.#rowAt(y))
  }

  /** The first and the last row are mirrored in the one beside them. */
  #lift(kernel: 'liftEvenRow' | 'liftOddRow', y: number): void {
    const { y0, y1 } = this.area
    const above = y > y0 ? y - 1 : y + 1
    const below = y + 1 < y1 ? y + 1 : y - 1
    this.#kernels.run[kernel](this.#rowAt(y), this.#rowAt(above), this.#rowAt(below), this.#width)
  }

  /** Four rows, of which each takes the place of the fourth before it. */
  #rowAt(y: number): number {
    return this.#rows + (y & 3) * strideOf(this.#width)
  }
}
