/** Studies that lie in files, in Node.js. */
import type { Model } from '@mammokit/mammogram-classifier/model'
import { type AnalyzeFilesOptions, analyzeFiles, type FileInputs } from './analyze-files.ts'
import type { DicomObject } from './dicom/dicom-object.ts'
import type { EarlierReport } from './dicom/earlier-reports.ts'
import { openObjectWriter } from './dicom/object-writer.ts'
import { listFiles } from './files/list-files.ts'
import type { Result } from './result/result-schema.ts'

/** Options of `analyzeStudies`. */
export interface AnalyzeOptions extends AnalyzeFilesOptions {
  /** Takes a capture of each overlay and a report of each study as DICOM objects. @default none, none is made */
  readonly writeDicom?: (object: DicomObject) => Promise<void>
  /** Reports that were written before, of which a new one names its predecessor. @default [] */
  readonly reports?: readonly EarlierReport[]
  /** Files and folders that are no studies, such as those of an earlier result: passed over where they lie within the paths. @default [] */
  readonly except?: readonly string[]
}

/**
 * Analyzes all studies that lie at `paths`: files, folders, a DICOMDIR. At most three images are in memory at a time.
 *
 * @param model one that is still being opened is waited for when the files have been read; the caller disposes of it
 * @throws {StudyError} `bad-path`, `no-files`, `preprocess-mismatch` where this version prepares other images than the model was trained on;
 * PreprocessError `invalid-options`, ClassifierError for a model that gives no probability
 * @example
 * const result = await analyzeStudies(['/media/cdrom'], await openModel({ run: 'runs/default' }))
 * result.studies[0].breasts[0].probability // 0.03...
 */
export async function analyzeStudies(
  paths: readonly string[],
  model: Model | Promise<Model>,
  { writeDicom: write, reports = [], except = [], now = new Date(), ...options }: AnalyzeOptions = {},
): Promise<Result> {
  if (model instanceof Promise) model.catch(() => {}) // its error is thrown where it is waited for
  const openObjects: FileInputs['openObjects'] =
    write &&
    ((group, answering, preprocessHash) => openObjectWriter(group, answering, { preprocessHash, now, write, reports }))
  return analyzeFiles({ ...(await listFiles(paths, except)), now, openObjects }, model, options)
}
