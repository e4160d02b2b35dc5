/** How a tile-component divides into resolutions, subbands, precincts and code-blocks (ITU-T T.800 B.5 to B.7). */
import type { Area, CodingStyle, MainHeader, Quantization } from './main-header.ts'
import { intersect } from './region.ts'
import { TagTree } from './tag-tree.ts'

export interface Resolution {
  readonly area: Area
  /** LL, or HL, LH and HH. */
  readonly subbands: readonly Subband[]
  readonly precincts: readonly Precinct[]
}

export interface Subband {
  readonly area: Area
  /** 0 LL, 1 HL, 2 LH, 3 HH. */
  readonly orientation: number
  /** See {@link Quantization}. */
  readonly step: number
  /** Of all precincts. */
  readonly blocks: CodeBlock[]
}

export interface Precinct {
  /** Its place in progressions by position, on the reference grid (B.12.1.3). */
  readonly x: number
  readonly y: number
  readonly parts: readonly PrecinctPart[]
}

/** The code-blocks of a precinct in one subband, row by row. */
export interface PrecinctPart {
  readonly columns: number
  readonly blocks: readonly CodeBlock[]
  readonly inclusion: TagTree
  readonly zeroPlanes: TagTree
  /** Bit planes that a coefficient can have. */
  readonly planes: number
}

export interface CodeBlock {
  readonly area: Area
  /** Coded bit planes; 0 until the block is first included. */
  planes: number
  passes: number
  /** Lblock (B.10.7.1). */
  lengthBits: number
  readonly segments: Uint8Array[]
}

/** The smallest `count` resolutions of a tile-component. */
export function divideTile(tile: Area, { style, quantization }: MainHeader, count: number): Resolution[] {
  return Array.from({ length: count }, (_, index) => divideResolution(tile, style, quantization, index))
}

function divideResolution(
  tile: Area,
  style: CodingStyle,
  quantization: readonly Quantization[],
  index: number,
): Resolution {
  const levels = style.decompositions - index
  const area = reduceArea(tile, levels, 0)
  const orientations = index === 0 ? [0] : [1, 2, 3]
  const quantizationOf = (orientation: number) => quantization[orientation === 0 ? 0 : 3 * (index - 1) + orientation]!
  const subbands = orientations.map((orientation) => ({
    area: reduceArea(tile, index === 0 ? levels : levels + 1, orientation),
    orientation,
    step: quantizationOf(orientation).step,
    blocks: [],
  }))
  const exponents = style.precincts[index]!
  const precincts = divideArea(area, exponents.width, exponents.height).map(({ x0, y0 }) => ({
    x: Math.max(tile.x0, x0 * 2 ** levels),
    y: Math.max(tile.y0, y0 * 2 ** levels),
    parts: subbands.map((subband) => {
      const halved = subband.orientation === 0 ? 0 : 1
      const [width, height] = [exponents.width - halved, exponents.height - halved]
      const [left, top] = [x0 / 2 ** halved, y0 / 2 ** halved]
      const part = intersect(subband.area, { x0: left, y0: top, x1: left + 2 ** width, y1: top + 2 ** height })
      const block = { width: Math.min(style.block.width, width), height: Math.min(style.block.height, height) }
      return dividePart(subband, part, block, quantizationOf(subband.orientation).planes)
    }),
  }))
  return { area, subbands, precincts }
}

function dividePart(
  subband: Subband,
  part: Area,
  block: { width: number; height: number },
  planes: number,
): PrecinctPart {
  const cells = divideArea(part, block.width, block.height)
  const blocks = cells.map((cell) => ({
    area: intersect(part, cell),
    planes: 0,
    passes: 0,
    lengthBits: 3,
    segments: [],
  }))
  subband.blocks.push(...blocks)
  const columns = cells.filter(({ y0 }) => y0 === cells[0]!.y0).length
  const rows = columns === 0 ? 0 : cells.length / columns
  return { columns, blocks, inclusion: new TagTree(columns, rows), zeroPlanes: new TagTree(columns, rows), planes }
}

/** How many precincts and code-blocks a component of the largest tile has, about. */
export function countParts({ image, tile, style }: MainHeader): number {
  const [x1, y1] = [Math.min(tile.x1 - tile.x0, image.x1), Math.min(tile.y1 - tile.y0, image.y1)]
  return style.precincts.reduce((sum, { width, height }, index) => {
    const area = reduceArea({ x0: 0, y0: 0, x1, y1 }, style.decompositions - index, 0)
    const blocks = countCells(area, Math.min(width - 1, style.block.width), Math.min(height - 1, style.block.height))
    return sum + countCells(area, width, height) + blocks
  }, 0)
}

function countCells({ x1, y1 }: Area, width: number, height: number): number {
  return Math.ceil(x1 / 2 ** width) * Math.ceil(y1 / 2 ** height)
}

/** The cells of 2 ** width by 2 ** height that an area touches, row by row, whole. */
function divideArea({ x0, y0, x1, y1 }: Area, width: number, height: number): Area[] {
  const cells: Area[] = []
  if (x1 <= x0 || y1 <= y0) return cells
  const [stepX, stepY] = [2 ** width, 2 ** height]
  for (let y = Math.floor(y0 / stepY) * stepY; y < y1; y += stepY) {
    for (let x = Math.floor(x0 / stepX) * stepX; x < x1; x += stepX) {
      cells.push({ x0: x, y0: y, x1: x + stepX, y1: y + stepY })
    }
  }
  return cells
}

/** An area of the reference grid in a subband so many levels down (equation B-15). */
export function reduceArea({ x0, y0, x1, y1 }: Area, levels: number, orientation: number): Area {
  const offset = (odd: number) => (odd === 0 ? 0 : 2 ** (levels - 1))
  const reduce = (value: number, odd: number) => Math.ceil((value - offset(odd)) / 2 ** levels)
  const [oddX, oddY] = [orientation & 1, orientation >> 1]
  return { x0: reduce(x0, oddX), y0: reduce(y0, oddY), x1: reduce(x1, oddX), y1: reduce(y1, oddY) }
}
