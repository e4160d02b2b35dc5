/** The breasts that a fusion trains on: a place for a CC image and one for an MLO image of each. */
import { groupByBreast } from '@mammokit/mammogram-classifier'
import type { BatchRow } from '@mammokit/mammogram-dataset'
import { unknownLabel } from './auxiliary-targets.ts'
import type { TrainingRow } from './training-data.ts'

/**
 * A row for each breast, in the order of their first images. Of several images of a view one is drawn in each epoch; where a view is missing
 * the other one stands in both places (each augmented in its own way), and a breast without CC and MLO has its other images in both.
 */
export function breastRows(rows: readonly TrainingRow[]): BatchRow[] {
  return groupByBreast(rows).map((indexes) => {
    const images = indexes.map((index) => rows[index])
    const ofView = (view: string) => images.filter((row) => row.view === view)
    const [cc, mlo] = [ofView('CC'), ofView('MLO')]
    const first = [cc, mlo, images].find(({ length }) => length > 0) as TrainingRow[]
    const { patientId, labels } = images[0]
    return {
      ...first[0],
      patientId,
      target: Math.max(...images.map(({ target }) => target)),
      labels: labels.map(
        (_, k) => images.map((row) => row.labels[k]).find((label) => label !== unknownLabel) ?? unknownLabel,
      ),
      places: [cc.length > 0 ? cc : first, mlo.length > 0 ? mlo : first],
    }
  })
}
