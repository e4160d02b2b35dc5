/** Where in the image a network's evidence lies, cell by cell. */
import { defaultConfig, type SeResNeXtConfig } from '@mammokit/seresnext'
import type { ResolvedMapOptions } from './map-methods.ts'

/** A map over the network's image: one value per cell of a stage's output. */
export interface ActivationMap {
  /** Evidence for cancer where positive, against it where negative; float32 [height * width]. */
  readonly data: Float32Array
  /** Cells. */
  readonly height: number
  readonly width: number
  /** Where the first cell is centered in the network's image, pixels from the left upper corner, in both directions. */
  readonly offset: number
  /** Pixels of the network's image from one cell's center to the next. */
  readonly stride: number
}

/** A map without its values. */
export type CellGrid = Omit<ActivationMap, 'data'>

/**
 * The cells of a stage's output, each centered on its receptive field: an odd filter padded by half its size keeps the first cell on the
 * first pixel; windows of 2x2 pixels move it by half a pixel of their input (by a
 * quarter where only a block's branch or only its shortcut has them), the legacy family's pool by one.
 *
 * @param image pixels of the network's image
 * @param stage counted from 1
 * @example
 * cellGrid({}, { height: 1024, width: 512 }, 4) // { height: 32, width: 16, offset: 0.5, stride: 32 }
 */
export function cellGrid(
  model: Partial<SeResNeXtConfig>,
  image: { readonly height: number; readonly width: number },
  stage: number,
): CellGrid {
  const { antiAlias, avgDown, family } = { ...defaultConfig, ...model }
  const isAverage = antiAlias === 'average'
  const halve = isAverage ? Math.floor : Math.ceil
  // After the stem's convolution: pixels between cells, and the pixel that the first is centered on.
  let [stride, center] = [2, 0]
  let sizes = [image.height, image.width].map((length) => Math.ceil(length / 2))
  for (let each = 1; each <= stage; each++) {
    if (each === 1 && family === 'legacy') {
      center += stride
      sizes = sizes.map((length) => Math.ceil((length - 3) / 2) + 1)
    } else {
      const windows = each === 1 ? 2 * Number(isAverage) : Number(isAverage) + Number(avgDown)
      center += (windows * stride) / 4
      sizes = sizes.map((length) => halve(length / 2))
    }
    stride *= 2
  }
  return { height: sizes[0]!, width: sizes[1]!, offset: center + 0.5, stride }
}

/** The cells of a map: those of the stage, and of `cam` after a pool of the highest places the places, each about its own middle. */
export function mapGrid(
  model: Partial<SeResNeXtConfig>,
  image: { readonly height: number; readonly width: number },
  { method, stage }: ResolvedMapOptions,
): CellGrid {
  const { height, width, offset, stride } = cellGrid(model, image, stage)
  const { globalPool } = { ...defaultConfig, ...model }
  const more = method === 'cam' && typeof globalPool !== 'string' ? globalPool.window - 1 : 0
  return { height: height - more, width: width - more, offset: offset + (more * stride) / 2, stride }
}
