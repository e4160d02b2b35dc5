/** The network's map as the page draws it. */
import { clipToBreast, mapInFrame } from '@mammokit/mammogram-classifier/browser'
import type { Seen, ShownFrame } from '@mammokit/study-service/browser'
import type { HeatPicture } from './messages.ts'
import { heatSize } from './shown-sizes.ts'

/** Over the whole frame, and nothing beside the breast, as in overlays of Node; null where the model gives no map. */
export function heatOf(
  { map, image, placement }: Omit<Seen, 'chestWall'>,
  frame: ShownFrame['frame'],
): HeatPicture | null {
  if (!map) return null
  const size = heatSize(frame)
  const heat = clipToBreast(mapInFrame(map, placement, frame, size), size, image, placement, frame)
  return { data: heat as Float32Array<ArrayBuffer>, ...size }
}
