/** Draws one mammogram from its plan: the presentation image, 16 bit, black air, as displayed to a radiologist. */
import { drawAnnotations } from './annotation.ts'
import { developFilm, type GrayImage } from './film.ts'
import { createLayer } from './layer.ts'
import { drawLesion } from './lesion.ts'
import { drawLymphNodes } from './lymph-node.ts'
import { noiseTiles } from './noise-tile.ts'
import type { ImagePlan } from './patient-plan.ts'
import { drawStrands } from './strand.ts'
import { composeTissue } from './tissue.ts'
import { breastEnds, createTissueMap } from './tissue-map.ts'

/** Renders the presentation image of a plan; `contrast` scales the cancers. */
export function renderImage(plan: ImagePlan, contrast: number): GrayImage {
  const { rows: height, columns: width } = plan
  const tiles = noiseTiles(plan.seed)
  const map = createTissueMap(plan, tiles)
  const layer = createLayer(width, height, plan.pixelSpacingMm)
  drawStrands(layer, plan)
  drawLymphNodes(layer, plan)
  for (const place of plan.findings) drawLesion(layer, place, contrast, tiles)
  const ends = breastEnds(plan, map)
  composeTissue(layer, plan, map, tiles, ends)
  const image = developFilm(layer, plan, ends)
  drawAnnotations(image, plan)
  return image
}
