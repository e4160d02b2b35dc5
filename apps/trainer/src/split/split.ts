/** `split`: shares out the patients to subsets and folds, and checks that nobody and nothing is in two of them. */
import { existsSync } from 'node:fs'
import { type CommandContext, formatTable, silentContext } from '@mammokit/command-line'
import {
  assertBothClasses,
  assertDisjointSubsets,
  assertIdsUnmangled,
  dataPaths,
  describeAdjustments,
  describeLeftOut,
  describeMissingClass,
  type ExcludedCount,
  readManifest,
  readScreeningRows,
  type ScreeningRow,
  type SubsetSummary,
  sourceHashes,
  splitRows,
  summarizeSubsets,
  writeSplitsCsv,
} from '@mammokit/screening-data'
import type { Config } from '../config/config.ts'
import { dataFolder } from '../data-folder.ts'

/** Writes processed/splits.csv and returns what each subset holds. */
export async function split(config: Config, { progress }: CommandContext = silentContext): Promise<SubsetSummary[]> {
  const data = dataFolder(config)
  const paths = dataPaths(data)
  const { rows, leftOut, path, adjustments } = await readScreeningRows(data, { from: config.set })
  const images = existsSync(paths.manifest) ? await readManifest(paths.manifest) : []
  assertIdsUnmangled(rows, images, path)
  const hashes = sourceHashes(images)
  const placed = splitRows(rows, { ...config.split, hashes })
  assertDisjointSubsets(placed, { hashes })
  const summary = summarizeSubsets(placed)
  const [train] = summary
  assertBothClasses(
    train,
    'Add images of the missing kind to train.csv, or lower split.testFraction and split.validationFraction.',
  )
  const dropped = droppedOf(rows, placed)
  const left = { ...adjustments, excluded: [...adjustments.excluded, ...dropped] }
  await writeSplitsCsv(paths.splits, placed, left)

  const duplicates = hashes.size === 0 ? 'no manifest yet, so copies of images were not looked for' : 'no image in two'
  progress.line(
    `Split by patient (${config.split.method}, seed ${config.split.seed}): no patient in two subsets, ${duplicates}.`,
  )
  if (config.split.method === 'published' && rows.every(({ columns }) => columns.published_subset !== 'val')) {
    progress.line(
      `The set has no validation part: ${config.split.validationFraction * 100} % of its training patients are val.`,
    )
  }
  const adjusted = describeAdjustments(left)
  if (adjusted) progress.line(`${adjusted}.`)
  progress.line(
    formatTable(
      ['subset', 'patients', 'breasts', 'images', 'cancer', 'share'],
      summary.map(({ subset, patients, breasts, images, positives }) => [
        subset,
        patients,
        breasts,
        images,
        positives,
        `${((100 * positives) / images).toFixed(1)} %`,
      ]),
    ),
  )
  for (const subset of summary) {
    const missing = describeMissingClass(subset)
    if (missing)
      progress.line(`${missing}: ROC AUC and thresholds are undefined on it. Raise its share, or split less.`)
  }
  if (leftOut.length > 0) progress.line(`${describeLeftOut(leftOut, rows.length + leftOut.length)}.`)
  progress.line(`Wrote ${paths.splits}`)
  return summary
}

/** Patients that the published split left out, as a reason among those of exclusions.csv. */
function droppedOf(rows: readonly ScreeningRow[], placed: readonly ScreeningRow[]): ExcludedCount[] {
  const kept = new Set(placed.map(({ imageId }) => imageId))
  const dropped = rows.filter(({ imageId }) => !kept.has(imageId))
  if (dropped.length === 0) return []
  const patients = new Set(dropped.map(({ patientId }) => patientId)).size
  return [{ reason: 'patient in several published subsets', images: dropped.length, patients }]
}
