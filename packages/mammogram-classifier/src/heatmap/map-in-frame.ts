/** A map in the geometry of the image that a picture was made from. */
import { ClassifierError } from '../classifier-error.ts'
import type { ActivationMap } from './activation-map.ts'

/** How a box of the original image lies in the network's: image x = padX + (frame x - box.x) * scaleX, and y alike, as a manifest's row says. */
export interface MapPlacement {
  /** Pixels of the original image. */
  readonly box: { readonly x: number; readonly y: number; readonly width: number; readonly height: number }
  /** Pixels of the network's image per pixel of the original; negative where it is mirrored. */
  readonly scaleX: number
  readonly scaleY: number
  /** Where the box's left upper corner lies in the network's image, pixels. */
  readonly padX: number
  readonly padY: number
}

/** Size of an original image. */
export interface FrameSize {
  /** Pixels of the whole original image. */
  readonly height: number
  readonly width: number
}

/** The network's image as it is, of one pixel per pixel. */
export function wholeImage({ height, width }: FrameSize): MapPlacement {
  return { box: { x: 0, y: 0, width, height }, scaleX: 1, scaleY: 1, padX: 0, padY: 0 }
}

/**
 * Interpolates a map linearly between the centers of its cells over the original image, float32 [size.height * size.width]; 0 outside
 * of the box, which the network did not see.
 *
 * @param size of the result, which shows the whole frame; by default the frame's
 * @throws {ClassifierError} `bad-input`
 * @example
 * const heat = mapInFrame(map, row.placement, { height: 4096, width: 3328 }, { height: 1024, width: 832 })
 */
export function mapInFrame(
  map: ActivationMap,
  placement: MapPlacement,
  frame: FrameSize,
  size: FrameSize = frame,
): Float32Array {
  assertSize('the frame', frame)
  assertSize('the size', size)
  const { box, scaleX, scaleY, padX, padY } = placement
  const columns = alongAxis(map.width, map, {
    count: size.width,
    step: frame.width / size.width,
    start: box.x,
    end: box.x + box.width,
    scale: scaleX,
    pad: padX,
  })
  const rows = alongAxis(map.height, map, {
    count: size.height,
    step: frame.height / size.height,
    start: box.y,
    end: box.y + box.height,
    scale: scaleY,
    pad: padY,
  })
  const heat = new Float32Array(size.height * size.width)
  const line = new Float32Array(map.width)
  for (let y = rows.first; y < rows.last; y++) {
    const [above, share] = [rows.cells[y]! * map.width, rows.shares[y]!]
    const below = Math.min(above + map.width, (map.height - 1) * map.width)
    for (let cell = 0; cell < map.width; cell++) {
      line[cell] = map.data[above + cell]! * (1 - share) + map.data[below + cell]! * share
    }
    for (let x = columns.first, at = y * size.width + columns.first; x < columns.last; x++, at++) {
      const cell = columns.cells[x]!
      const part = columns.shares[x]!
      heat[at] = line[cell]! * (1 - part) + line[Math.min(cell + 1, map.width - 1)]! * part
    }
  }
  return heat
}

interface Axis {
  /** Pixels of the result, and pixels of the frame for each. */
  readonly count: number
  readonly step: number
  /** The box in the frame, and how it lies in the network's image. */
  readonly start: number
  readonly end: number
  readonly scale: number
  readonly pad: number
}

/** For each pixel between `first` and `last` the cell before its center, and the share of the next one. */
function alongAxis(cellCount: number, { offset, stride }: ActivationMap, axis: Axis) {
  const cells = new Int32Array(axis.count)
  const shares = new Float32Array(axis.count)
  let [first, last] = [axis.count, 0]
  for (let i = 0; i < axis.count; i++) {
    const position = (i + 0.5) * axis.step
    if (position < axis.start || position >= axis.end) continue
    first = Math.min(first, i)
    last = i + 1
    const cell = (axis.pad + (position - axis.start) * axis.scale - offset) / stride
    const inside = Math.min(Math.max(cell, 0), cellCount - 1)
    cells[i] = Math.floor(inside)
    shares[i] = inside - cells[i]!
  }
  return { cells, shares, first, last }
}

function assertSize(name: string, { height, width }: FrameSize): void {
  if ([height, width].every((length) => Number.isInteger(length) && length >= 1)) return
  const message = `Expected whole numbers of pixels for ${name} but received ${height} x ${width}.`
  throw new ClassifierError('bad-input', message, { name, height, width })
}
