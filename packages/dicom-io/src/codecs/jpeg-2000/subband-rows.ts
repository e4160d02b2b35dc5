/** Gives the coefficients of a subband row by row, and decodes a row of code-blocks when it comes to it. */
import { type Kernels, strideOf } from './kernels.ts'
import type { Area } from './main-header.ts'
import { intersect, isEmpty } from './region.ts'
import type { CodeBlock, Subband } from './tile-division.ts'

/** Rows of 32-bit integers or floats from the top. */
export interface Rows {
  readonly area: Area
  /** Address of the next row, which holds until another is asked for. */
  next(): number
}

export class SubbandRows implements Rows {
  readonly area: Area
  readonly #kernels: Kernels
  readonly #orientation: number
  /** Of half a coefficient; 0 where coefficients are integers. */
  readonly #step: number
  readonly #needed: Area
  readonly #blockRows: readonly CodeBlock[][]
  readonly #address: number
  readonly #stride: number
  #blockRow = 0
  #row = 0
  #rowsDecoded = 0

  /** Code-blocks outside of `needed` are not decoded; their coefficients are 0. */
  constructor(kernels: Kernels, { area, orientation, step, blocks }: Subband, needed: Area, reversible: boolean) {
    const width = area.x1 - area.x0
    this.area = area
    this.#kernels = kernels
    this.#orientation = orientation
    this.#step = reversible ? 0 : Math.fround(0.5 * Math.fround(step))
    this.#needed = needed
    this.#blockRows = groupByRow(blocks)
    this.#address = kernels.reserveRows(
      this.#blockRows.reduce((most, row) => Math.max(most, heightOf(row)), 1),
      width,
    )
    this.#stride = strideOf(width)
  }

  next(): number {
    // A subband without columns has no code-blocks, and rows that nobody reads.
    if (this.#blockRows.length === 0) return this.#address
    if (this.#row === this.#rowsDecoded) this.#decodeBlocks()
    return this.#address + this.#row++ * this.#stride
  }

  #decodeBlocks(): void {
    const blocks = this.#blockRows[this.#blockRow++]!
    this.#row = 0
    this.#rowsDecoded = heightOf(blocks)
    const { run } = this.#kernels
    this.#kernels.clear(this.#address, this.#rowsDecoded * this.#stride)
    for (const { area, segments, planes, passes } of blocks) {
      if (passes === 0 || isEmpty(intersect(area, this.#needed))) continue
      const [width, height] = [area.x1 - area.x0, area.y1 - area.y0]
      const { address, length } = this.#kernels.putInput(segments)
      run.decodeCodeBlock(address, length, width, height, planes, passes, this.#orientation)
      const output = this.#address + (area.x0 - this.area.x0) * 4
      if (this.#step === 0) run.writeCodeBlock(output, this.#stride, width, height)
      else run.writeRealCodeBlock(output, this.#stride, width, height, this.#step)
    }
  }
}

/** Rows of code-blocks from the top, whatever their precincts. */
function groupByRow(blocks: readonly CodeBlock[]): CodeBlock[][] {
  const rows = new Map<number, CodeBlock[]>()
  for (const block of blocks) {
    const row = rows.get(block.area.y0)
    if (row === undefined) rows.set(block.area.y0, [block])
    else row.push(block)
  }
  return [...rows.values()].sort(([one], [other]) => one!.area.y0 - other!.area.y0)
}

function heightOf([block]: readonly CodeBlock[]): number {
  return block!.area.y1 - block!.area.y0
}
