/** A heatmap without what lies beside the breast: a map is as coarse as its cells, and ends as they do. */
import { ClassifierError } from '../classifier-error.ts'
import type { OverlayImage } from './draw-overlay.ts'
import { type FrameSize, type MapPlacement, wholeImage } from './map-in-frame.ts'

/**
 * Sets a heatmap to 0 where the network's picture is black up to its border, as preprocessing leaves everything but the breast; black spots
 * within the breast keep theirs.
 *
 * @param heat as `mapInFrame` gives it, float32 [size.height * size.width]; changed in place, and returned
 * @param size of the heatmap, which shows the whole frame
 * @param picture as the network saw it
 * @param placement where the picture lies in the frame; by default both are the same
 * @throws {ClassifierError} `bad-input`
 * @example
 * const heat = clipToBreast(mapInFrame(map, row.placement, frame, size), size, picture, row.placement, frame)
 */
export function clipToBreast(
  heat: Float32Array,
  size: FrameSize,
  picture: OverlayImage,
  placement: MapPlacement = wholeImage(picture),
  frame: FrameSize = picture,
): Float32Array {
  if (heat.length !== size.height * size.width || picture.data.length !== picture.height * picture.width) {
    throw new ClassifierError(
      'bad-input',
      `Expected ${size.height} x ${size.width} values for the heatmap and ${picture.height} x ${picture.width} for the picture but received ${heat.length} and ${picture.data.length}.`,
      { size, heatmap: heat.length, picture: picture.data.length },
    )
  }
  const background = backgroundOf(picture)
  const { box, scaleX, scaleY, padX, padY } = placement
  const columns = Int32Array.from({ length: size.width }, (_, x) =>
    Math.floor(padX + (((x + 0.5) * frame.width) / size.width - box.x) * scaleX),
  )
  for (let y = 0, i = 0; y < size.height; y++) {
    const row = Math.floor(padY + (((y + 0.5) * frame.height) / size.height - box.y) * scaleY)
    const isInside = row >= 0 && row < picture.height
    for (let x = 0; x < size.width; x++, i++) {
      const column = columns[x]!
      const isSeen = isInside && column >= 0 && column < picture.width
      if (!isSeen || background[row * picture.width + column] === 1) heat[i] = 0
    }
  }
  return heat
}

/** 1 where black reaches the border of the picture. */
function backgroundOf({ data, height, width }: OverlayImage): Uint8Array {
  const background = new Uint8Array(data.length)
  const open = new Int32Array(data.length)
  let waiting = 0
  const reach = (at: number) => {
    if (data[at] !== 0 || background[at] === 1) return
    background[at] = 1
    open[waiting++] = at
  }
  for (let x = 0; x < width; x++) {
    reach(x)
    reach((height - 1) * width + x)
  }
  for (let y = 0; y < height; y++) {
    reach(y * width)
    reach(y * width + width - 1)
  }
  while (waiting > 0) {
    const at = open[--waiting]!
    const x = at % width
    if (x > 0) reach(at - 1)
    if (x < width - 1) reach(at + 1)
    if (at >= width) reach(at - width)
    if (at + width < data.length) reach(at + width)
  }
  return background
}
