/** `split`: shares out the patients to subsets and folds, and checks that nobody and nothing is in two of them. */
import { existsSync } from 'node:fs'
import { type CommandContext, formatTable, silentContext } from '@mammokit/command-line'
import {
  assertDisjointSubsets,
  dataPaths,
  readManifest,
  readTrainCsv,
  type SubsetSummary,
  splitRows,
  summarizeSubsets,
  writeSplitsCsv,
} from '@mammokit/screening-data'
import type { Config } from '../config.ts'

/** Writes processed/splits.csv and returns what each subset holds. */
export async function split(config: Config, { progress }: CommandContext = silentContext): Promise<SubsetSummary[]> {
  const paths = dataPaths(config.data)
  const rows = await readTrainCsv(paths.trainCsv)
  const hashes = await readHashes(paths.manifest)
  const placed = splitRows(rows, { ...config.split, hashes })
  assertDisjointSubsets(placed, { hashes })
  await writeSplitsCsv(paths.splits, placed)

  const summary = summarizeSubsets(placed)
  const duplicates = hashes.size === 0 ? 'no manifest yet, so copies of images were not looked for' : 'no image in two'
  progress.line(
    `Split by patient (${config.split.method}, seed ${config.split.seed}): no patient in two subsets, ${duplicates}.`,
  )
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
  progress.line(`Wrote ${paths.splits}`)
  return summary
}

async function readHashes(manifest: string): Promise<Map<string, string>> {
  if (!existsSync(manifest)) return new Map()
  const rows = await readManifest(manifest)
  return new Map(rows.flatMap(({ imageId, sourceSha256 }) => (sourceSha256 ? [[imageId, sourceSha256]] : [])))
}
