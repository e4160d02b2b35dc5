import type { CommandContext } from '@mammokit/command-line'
import { type Explanation, mapInFrame, type RunClassifier, wholeImage } from '@mammokit/mammogram-classifier'
import { type LesionBox, lesionInImage } from '@mammokit/mammogram-dataset'
import type { Lesion, ProcessedRow } from '@mammokit/screening-data'
import type { z } from 'zod'
import type { explainSchema } from '../config.ts'
import { openRows } from '../predict/predict-rows.ts'
import { localize } from './localize.ts'
import type { LocalizedOfPatient } from './summarize-localization.ts'

/** Maps of all rows in one pass, held against the lesions of images with cancer on the way. */
export async function explainRows(
  rows: readonly ProcessedRow[],
  lesions: ReadonlyMap<string, readonly Lesion[]>,
  classifier: RunClassifier,
  config: z.output<typeof explainSchema>,
  { progress, signal }: CommandContext,
): Promise<{ explanations: readonly Explanation[]; localized: readonly LocalizedOfPatient[] }> {
  const { image } = classifier.config
  const pixels = image.height * image.width
  // Background is black: 0 before normalization.
  const black = (0 - image.mean) / image.std + 1e-6
  const loader = openRows(rows, { ...config, image, signal })
  const explanations: Explanation[] = []
  const localized: LocalizedOfPatient[] = []
  progress.start(`explaining ${config.subset}`, rows.length, { unit: 'images' })
  try {
    for await (const { images, valid } of loader.epoch(0)) {
      signal?.throwIfAborted()
      for (const found of await classifier.explainBatch(images, valid, config)) {
        const slot = explanations.length % config.batchSize
        const row = rows[explanations.length]!
        explanations.push(found)
        const boxes = row.cancer === 1 ? malignantBoxes(row, lesions.get(row.imageId) ?? [], image) : []
        if (boxes.length === 0) continue
        const heat = mapInFrame(found.map, wholeImage(image), { height: image.height, width: image.width })
        const values = images.subarray(slot * pixels, (slot + 1) * pixels)
        const judged = localize(heat, (at) => values[at]! > black, boxes, image.width)
        if (judged) localized.push({ ...judged, patientId: row.patientId })
      }
      progress.update(explanations.length)
    }
    return { explanations, localized }
  } finally {
    progress.stop()
    await loader.close()
  }
}

/** In the network's image; what a data set calls benign is not what a map of cancer has to find. */
function malignantBoxes(
  { placement }: ProcessedRow,
  lesions: readonly Lesion[],
  image: { readonly height: number; readonly width: number },
): LesionBox[] {
  return lesions
    .filter(({ label = '' }) => !label.toLowerCase().startsWith('benign'))
    .flatMap((lesion) => lesionInImage(lesion, placement, image) ?? [])
}
