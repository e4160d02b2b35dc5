/** Even bright rectangles: unexposed film, name plates, the scanner's lamp beside the film. */
import type { GrayImage } from '../gray-image.ts'
import { eachComponent, fillHoles } from './connected-components.ts'
import { dilate, type Mask, open } from './morphology.ts'

/** Nearly as bright as anything in the picture. */
const minLevel = 0.8
/** Smaller ones are markers, which an opening or the choice of the largest part leaves out. */
const minShare = 0.003
/** Saturated tissue is round or a triangle, and may fill nine tenths of its box; a block fills it. */
const minFill = 0.93
const maxShare = 0.25

/**
 * Finds the blocks of a picture.
 *
 * @param white the gray value that counts as full brightness: a high percentile of the picture
 * @returns a mask of them with a rim of two pixels, or nothing where there is none
 */
export function whiteBlocks({ data, width, height }: GrayImage, white: number): Mask | undefined {
  const bright: Mask = { data: new Uint8Array(data.length), width, height }
  let count = 0
  for (let at = 0; at < data.length; at++) {
    if (data[at] >= minLevel * white) {
      bright.data[at] = 1
      count++
    }
  }
  if (count < minShare * data.length || count > 0.6 * data.length) return undefined
  const blocks: Mask = { data: new Uint8Array(data.length), width, height }
  let found = false
  eachComponent(fillHoles(open(bright, 2)), ({ area, box, forEach }) => {
    if (area < minShare * data.length || area > maxShare * data.length) return
    if (area < minFill * box.width * box.height) return
    found = true
    forEach((at) => {
      blocks.data[at] = 1
    })
  })
  return found ? dilate(blocks, 2) : undefined
}
