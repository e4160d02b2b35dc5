/** Draws one mammogram from its plan: the presentation image, 16 bit, black air, as displayed to a radiologist. */
import { drawAnnotations } from './annotation.ts'
import { developFilm, type GrayImage } from './film.ts'
import { createLayer } from './layer.ts'
import { drawLesion } from './lesion.ts'
import { tissueChanges } from './lesion-shape.ts'
import { drawLymphNodes } from './lymph-node.ts'
import { noiseTiles } from './noise-tile.ts'
import type { ImagePlan } from './patient-plan.ts'
import { drawSkinSurface } from './skin-surface.ts'
import { drawStrands } from './strand.ts'
import { composeTissue } from './tissue.ts'
import { breastEnds, createTissueMap } from './tissue-map.ts'

/** Renders the presentation image of a plan; `conspicuity` scales the cancers. */
export function renderImage(plan: ImagePlan, conspicuity: number): GrayImage {
  const { rows: height, columns: width } = plan
  const lifelike = plan.look === 'lifelike'
  const tiles = noiseTiles(plan.seed)
  const map = createTissueMap(plan, tiles)
  const layer = createLayer(width, height, plan.pixelSpacingMm)
  drawStrands(layer, plan)
  drawLymphNodes(layer, plan)
  if (lifelike) drawSkinSurface(layer, plan)
  for (const place of plan.findings) drawLesion(layer, place, conspicuity, tiles, plan.look)
  const ends = breastEnds(plan, map)
  composeTissue(layer, plan, map, tiles, ends, lifelike ? tissueChanges(plan.findings, conspicuity) : [])
  const image = developFilm(layer, plan, ends)
  drawAnnotations(image, plan)
  return image
}
