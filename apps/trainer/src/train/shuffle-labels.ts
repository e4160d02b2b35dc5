/**
 * Labels that say nothing about the images, for the randomization test of heatmaps.
 *
 * Reference: Adebayo et al., "Sanity Checks for Saliency Maps", 2018, https://arxiv.org/abs/1810.03292, section 3.2: maps of a network that
 * was trained on permuted labels have to differ from those of one that was trained on the true ones.
 */
import { groupByBreast } from '@mammokit/mammogram-classifier'
import { createRandom } from '@mammokit/seeded-random'

/** An image of a breast, its label and those of auxiliary heads. */
export interface LabeledRow {
  readonly patientId: string
  readonly laterality: string
  readonly target: 0 | 1
  readonly labels: readonly number[]
}

/**
 * Gives each breast the label of another one, drawn without replacement: as many breasts have cancer as before, and the images of a breast
 * agree. Labels of auxiliary heads go with it.
 *
 * @example
 * shuffleLabels(rows, 13).map(({ target }) => target) // [0, 0, 1, 1] perhaps for [1, 1, 0, 0], two images a breast
 */
export function shuffleLabels<Row extends LabeledRow>(rows: readonly Row[], seed: number): Row[] {
  const breasts = groupByBreast(rows)
  const donors = createRandom(seed, 'shuffled labels').shuffle([...breasts])
  const shuffled = [...rows]
  for (const [breast, indexes] of breasts.entries()) {
    const { target, labels } = rows[donors[breast][0]]
    for (const index of indexes) shuffled[index] = { ...rows[index], target, labels }
  }
  return shuffled
}
