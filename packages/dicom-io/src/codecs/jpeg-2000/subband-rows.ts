/** Gives the coefficients of a subband row by row, and decodes a row of code-blocks when it comes to it. */
import { type Kernels, strideOf } from './kernels.ts'
import type { Area } from './main-header.ts'
import type { CodeBlock, Subband } from './tile-division.ts'

/** Rows of 32-bit integers from the top. */
export interface Rows {
  readonly area: Area
  /** Address of the next row, which holds until another is asked for. */
  next(): number
}

export class SubbandRows implements Rows {
  readonly area: Area
  readonly #kernels: Kernels
  readonly #orientation: number
  readonly #blockRows: readonly CodeBlock[][]
  readonly #address: number
  readonly #stride: number
  #blockRow = 0
  #row = 0
  #rowsDecoded = 0

  constructor(kernels: Kernels, { area, orientation, blocks }: Subband) {
    const width = area.x1 - area.x0
    this.area = area
    this.#kernels = kernels
    this.#orientation = orientation
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
      if (passes === 0) continue
      const [width, height] = [area.x1 - area.x0, area.y1 - area.y0]
      const { address, length } = this.#kernels.putInput(segments)
      run.decodeCodeBlock(address, length, width, height, planes, passes, this.#orientation)
      run.writeCodeBlock(this.#address + (area.x0 - this.area.x0) * 4, this.#stride, width, height)
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
