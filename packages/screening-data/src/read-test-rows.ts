/** The images that a competition asks about: test.csv joined with manifest.csv. */
import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { dataPaths } from './data-paths.ts'
import { assertFewLeftOut, type LeftOutImage } from './left-out.ts'
import { assertPreprocessedAs, type ExpectedPreprocessing } from './manifest/assert-preprocessed-as.ts'
import { assertSamePatients } from './manifest/assert-same-patients.ts'
import { readManifest } from './manifest/manifest.ts'
import { assertIdsUnmangled } from './rows/mangled-ids.ts'
import { readTestCsv, type UnlabeledRow } from './rows/train-csv.ts'
import { ScreeningDataError } from './screening-data-error.ts'

/** A row of test.csv; one answer is asked for each `predictionId`. */
export type TestRow = UnlabeledRow & {
  /** The column `prediction_id`, else `<patient_id>_<laterality>`. */
  readonly predictionId: string
}

/** A row whose image was made. */
export type ProcessedTestRow = TestRow & {
  /** Path of the processed image. */
  readonly file: string
  /** SHA-256 that the file must have, hexadecimal. */
  readonly sha256: string
}

export interface TestRows {
  /** In the order of test.csv. */
  readonly rows: readonly ProcessedTestRow[]
  readonly leftOut: readonly LeftOutImage<TestRow>[]
  /** In the order of test.csv, those without an image among them. */
  readonly predictionIds: readonly string[]
}

export interface TestRowsOptions {
  /** The preprocessing that every image must have. */
  readonly expected?: ExpectedPreprocessing
  /** Largest share of the rows that may have no processed image, 0 to 1. @default 0.1 */
  readonly maxLeftOut?: number
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
export async function readTestRows(dataDir: string, options: TestRowsOptions = {}): Promise<TestRows> {
  const { expected, maxLeftOut = 0.1 } = options
  const { processed, manifest: manifestPath } = dataPaths(dataDir)
  const path = testCsvOf(dataDir)
  const listed = (await readTestCsv(path)).map((row): TestRow => {
    return { ...row, predictionId: row.columns.prediction_id || `${row.patientId}_${row.laterality}` }
  })
  assertOneBreastEach(listed, path)
  const manifest = await readManifest(manifestPath)
  assertIdsUnmangled(listed, manifest, path)
  const images = new Map(manifest.map((row) => [row.imageId, row]))
  assertSamePatients(listed, images, { rows: path, manifest: manifestPath })
  const rows: ProcessedTestRow[] = []
  const leftOut: LeftOutImage<TestRow>[] = []
  for (const row of listed) {
    const image = images.get(row.imageId)
    if (image?.status !== 'ok') {
      leftOut.push({ row, reason: image ? 'failed' : 'not-in-manifest', detail: image?.reason ?? '' })
      continue
    }
    if (expected) assertPreprocessedAs(expected, image, manifestPath)
    rows.push({ ...row, file: join(processed, image.file), sha256: image.imageSha256 })
  }
  assertFewLeftOut(leftOut, listed.length, maxLeftOut)
  return { rows, leftOut, predictionIds: [...new Set(listed.map(({ predictionId }) => predictionId))] }
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
