/** Studies that lie in files that a user chose or dropped, in a page or its worker. */
import type { DicomBlob } from '@mammokit/dicom-io'
import type { Model } from '@mammokit/mammogram-classifier/model'
import { type AnalyzeFilesOptions, analyzeFiles } from './analyze-files.ts'
import type { Result } from './result/result-schema.ts'
import { StudyError } from './study-error.ts'

/** Options of `analyzeStudies` in a page. */
export type AnalyzeOptions = AnalyzeFilesOptions

/** A file that a user chose or dropped. */
export interface ChosenFile {
  /** Its name, with its folders where a folder was chosen: pictures of one folder are one study. */
  readonly path: string
  readonly blob: DicomBlob
  /** Whether it has to be an image; of a folder, other files are passed over. @default true */
  readonly isNamed?: boolean
}

/**
 * Analyzes all studies among files. At most three images are in memory at a time.
 *
 * @throws {StudyError} `no-files`, `preprocess-mismatch` where this version prepares other images than the model was trained on;
 * PreprocessError `invalid-options`, ClassifierError for a model that gives no probability
 * @example
 * const files = [...input.files].map((file) => ({ path: file.name, blob: file }))
 * const result = await analyzeStudies(files, await openModel())
 */
export async function analyzeStudies(
  files: readonly ChosenFile[],
  model: Model,
  { now = new Date(), ...options }: AnalyzeOptions = {},
): Promise<Result> {
  if (files.length === 0)
    throw new StudyError('no-files', 'Expected files to analyze but received none. Choose DICOM, PNG or JPEG files.')
  const listed = files.map(({ path, blob, isNamed = true }) => ({ path, blob, isNamed }))
  return analyzeFiles({ files: listed, unlisted: [], now }, model, options)
}
