/** The images that a competition asks about: test.csv joined with manifest.csv. */
import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { dataPaths } from './data-paths.ts'
import type { LeftOutImage } from './left-out.ts'
import { type JoinOptions, joinManifest, type MadeImage } from './manifest/join-manifest.ts'
import { readTestCsv, type UnlabeledRow } from './rows/train-csv.ts'
import { ScreeningDataError } from './screening-data-error.ts'

/** A row of test.csv; one answer is asked for each `predictionId`. */
export type TestRow = UnlabeledRow & {
  /** The column `prediction_id`, else `<patient_id>_<laterality>`. */
  readonly predictionId: string
}

/** A row whose image was made. */
export type ProcessedTestRow = TestRow & MadeImage

/** Rows of test.csv with their processed images. */
export interface TestRows {
  /** In the order of test.csv. */
  readonly rows: readonly ProcessedTestRow[]
  readonly leftOut: readonly LeftOutImage<TestRow>[]
  /** In the order of test.csv, those without an image among them. */
  readonly predictionIds: readonly string[]
}

/**
 * Reads `raw/test.csv`, or test.csv in the folder itself, with the image of each row; no labels are needed.
 *
 * @throws ScreeningDataError `no-test-csv`; `prediction-ids-differ` where a prediction id is that of two breasts, or a breast has two;
 * `mangled-ids`, `patient-mismatch`, `too-many-left-out`, `preprocess-mismatch`, `outdated-manifest`
 * @throws CsvError, FileError of either file
 * @example
 * (await readTestRows('data')).predictionIds // ['10008_L', '10008_R']
 */
export async function readTestRows(dataDir: string, options: JoinOptions = {}): Promise<TestRows> {
  const path = testCsvOf(dataDir)
  const listed = (await readTestCsv(path)).map((row): TestRow => {
    return { ...row, predictionId: row.columns.prediction_id || `${row.patientId}_${row.laterality}` }
  })
  assertOneBreastEach(listed, path)
  const predictionIds = [...new Set(listed.map(({ predictionId }) => predictionId))]
  return { ...(await joinManifest(dataDir, listed, path, options)), predictionIds }
}

function testCsvOf(dataDir: string): string {
  const paths = [join(dataPaths(dataDir).raw, 'test.csv'), join(dataDir, 'test.csv')]
  const found = paths.find((path) => existsSync(path))
  if (found !== undefined) return found
  throw new ScreeningDataError(
    'no-test-csv',
    `Expected ${paths.join(' or ')} but received neither. Put the competition's test.csv there, with test_images beside it.`,
    { dataDir },
  )
}

/** A breast with two answers, or an answer for two breasts, would be a silent wrong submission. */
function assertOneBreastEach(rows: readonly TestRow[], path: string): void {
  const breastOf = new Map<string, string>()
  const idOf = new Map<string, string>()
  for (const { predictionId, patientId, laterality, imageId } of rows) {
    const breast = JSON.stringify([patientId, laterality])
    const known = breastOf.get(predictionId) ?? breast
    const id = idOf.get(breast) ?? predictionId
    breastOf.set(predictionId, known)
    idOf.set(breast, id)
    if (known === breast && id === predictionId) continue
    throw new ScreeningDataError(
      'prediction-ids-differ',
      `Expected one prediction_id for each breast in ${path} but received ${predictionId} for image ${imageId} of patient ${patientId}, ${laterality}, ` +
        `${known === breast ? `whose other images have ${id}` : 'which is also that of another breast'}. Restore the original file.`,
      { path, predictionId, imageId, patientId, laterality },
    )
  }
}
