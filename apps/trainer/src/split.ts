/** `split`: shares out the patients to subsets and folds, and checks that nobody and nothing is in two of them. */
import { existsSync } from 'node:fs'
import { type CommandContext, formatTable, silentContext } from '@mammokit/command-line'
import {
  assertDisjoint,
  readTrainCsv,
  referenceSplit,
  type SplitRow,
  submissionSplit,
  type TrainRow,
  writeSplitsCsv,
} from '@mammokit/data-split'
import { readManifest } from '@mammokit/mammogram-dataset'
import type { Config } from './config.ts'
import { dataPaths } from './paths.ts'

export interface SubsetSummary {
  readonly subset: string
  readonly patients: number
  readonly breasts: number
  readonly images: number
  readonly positives: number
}

/** Writes processed/splits.csv and returns what each subset holds. */
export async function split(config: Config, { progress }: CommandContext = silentContext): Promise<SubsetSummary[]> {
  const paths = dataPaths(config.data)
  const rows = await readTrainCsv(paths.trainCsv)
  const hashes = await readHashes(paths.manifest)
  const placed = place(rows, config.split, hashes)
  assertDisjoint(placed, { hashes })
  await writeSplitsCsv(paths.splits, placed)

  const summary = ['train', 'val', 'test'].map((subset) => summarise(subset, placed)).filter(({ images }) => images > 0)
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

function place(rows: readonly TrainRow[], options: Config['split'], hashes: ReadonlyMap<string, string>): SplitRow[] {
  const { method, seed, stratifyBy, testFraction, validationFraction, folds, fold } = options
  if (method === 'reference') {
    return referenceSplit(rows, { seed, stratifyBy, testFraction, validationFraction, folds, hashes })
  }
  if (method === 'submission') return submissionSplit(rows, { seed, stratifyBy, validationFraction, folds, hashes })
  // with no test part, the folds of the submission split cover every patient
  const linked = submissionSplit(rows, { seed, stratifyBy, folds, hashes })
  return linked.map((row) => ({ ...row, subset: row.fold === fold ? 'val' : 'train' }))
}

async function readHashes(manifest: string): Promise<Map<string, string>> {
  if (!existsSync(manifest)) return new Map()
  const rows = await readManifest(manifest)
  return new Map(rows.flatMap(({ imageId, sourceSha256 }) => (sourceSha256 ? [[imageId, sourceSha256]] : [])))
}

function summarise(subset: string, rows: readonly SplitRow[]): SubsetSummary {
  const members = rows.filter((row) => row.subset === subset)
  return {
    subset,
    patients: new Set(members.map((row) => row.patientId)).size,
    breasts: new Set(members.map((row) => `${row.patientId}_${row.laterality}`)).size,
    images: members.length,
    positives: members.filter((row) => row.cancer === 1).length,
  }
}
