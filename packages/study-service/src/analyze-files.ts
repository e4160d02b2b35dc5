/** From files to a result: each is read, grouped, admitted or refused, and answered; none of them ends the others. */
import type { Model } from '@mammokit/mammogram-classifier/model'
import { type PreprocessOptions, preprocessHash, resolvePreprocessOptions } from '@mammokit/mammogram-preprocess'
import { packageVersion } from '#platform'
import { type AnsweringModel, answerBreast, operatingPointOf } from './answer/answer-breast.ts'
import { type AnswerOptions, breastIdOf, type ImageOptions } from './answer/answer-image.ts'
import { answerImages } from './answer/answer-images.ts'
import { answerStudy } from './answer/answer-study.ts'
import { groupImages, type StudyGroup } from './answer/group-images.ts'
import { type AnswerMemory, prepareImages } from './answer/prepare-images.ts'
import type { StudyObjects } from './dicom/study-objects.ts'
import type { ListedFile } from './files/listed-file.ts'
import { type GivenFacts, type ImageFacts, type OtherFile, readFacts } from './files/read-facts.ts'
import {
  type BreastResult,
  type ImageResult,
  notice,
  type Result,
  resultVersion,
  type StudyResult,
} from './result/result-schema.ts'
import { StudyError } from './study-error.ts'

export interface AnalyzeFilesOptions extends GivenFacts {
  /** What is admitted beside the model's own choices: checks of mammogram-preprocess; `{ derived: 'warn' }` admits synthesized 2-D images. */
  readonly admission?: PreprocessOptions['admission']
  /** Which frame of an image with several. @default none, such images are refused */
  readonly frame?: PreprocessOptions['frame']
  /** What PNG, JPEG, TIFF and PGM files do not say of themselves. */
  readonly raster?: PreprocessOptions['raster']
  /** For `createdAt`. @default now */
  readonly now?: Date
  /**
   * Takes what the network saw of an image with a heatmap over it, and gives the path that the result names. @default none, no heatmap
   * is computed
   */
  readonly writeOverlay?: AnswerOptions['writeOverlay']
  /** Takes the whole frame of each image that is admitted, as a display would show it. */
  readonly onFrame?: ImageOptions['onFrame']
  /** Takes the map of each image that is answered, and how its frame lies in it. */
  readonly onSeen?: AnswerOptions['onSeen']
  /**
   * Answers of earlier calls with the same model and options, which are not computed again, and have no `onFrame` and `onSeen`; each new one
   * is put in. A file with the SOP Instance UID, side and view of another one is computed each time, to know whether it is a copy.
   */
  readonly answers?: AnswerMemory
  /** Called before the first image, with 0, and after each. */
  readonly onImage?: (done: number, all: number) => void
  readonly signal?: AbortSignal
}

export interface FileInputs {
  readonly files: readonly ListedFile[]
  /** What belongs to the files and could not be listed. */
  readonly unlisted: readonly { readonly path: string; readonly reason: string }[]
  readonly now: Date
  readonly openObjects?:
    | ((group: StudyGroup, answering: AnsweringModel, preprocessHash: string) => StudyObjects)
    | undefined
}

/** Analyzes the studies that files are of. At most three images are in memory at a time. */
export async function analyzeFiles(
  { files, unlisted, now, openObjects }: FileInputs,
  opening: Model | Promise<Model>,
  options: AnalyzeFilesOptions,
): Promise<Result> {
  options.signal?.throwIfAborted()
  const stop = new AbortController()
  const ready = openOptions(opening, options)
  const reading = readAll(files, options, stop.signal)
  const inputs = unlessAborted(Promise.all([ready, reading]), options.signal)
  const [{ model, imageOptions }, { images, others }] = await inputs.finally(() => stop.abort())
  const groups = await groupImages(images)
  const { checkpointHash: modelHash, decision } = model.description
  const answering: AnsweringModel = { decision, modelHash, preprocessHash: model.description.preprocessHash }
  const madeBy = await preprocessHash(imageOptions.preprocess)
  const studies: Result['studies'] = []
  const prepared = prepareImages(groups, imageOptions, options.answers)
  let done = 0
  options.onImage?.(done, images.length)
  try {
    for (const group of groups) {
      const objects = openObjects?.(group, answering, madeBy)
      const writeOverlay = overlayWriter(options.writeOverlay, objects)
      const answerOptions = { writeOverlay, onSeen: options.onSeen, memory: options.answers }
      const answers = await answerImages(group, prepared, model, answerOptions, () => {
        options.onImage?.(++done, images.length)
        options.signal?.throwIfAborted()
      })
      const study = studyOf(group, answers, answering)
      studies.push(objects ? await objects.report(study) : study)
    }
  } finally {
    await prepared.close()
  }
  const listed = files.length + unlisted.length
  return resultOf(model, studies, [...unlisted.map(unlistedFile), ...others], listed, now)
}

const unlistedFile = (one: FileInputs['unlisted'][number]): OtherFile => ({ ...one, code: 'unreadable' })

async function openOptions(opening: Model | Promise<Model>, options: AnalyzeFilesOptions) {
  const model = await opening
  return { model, imageOptions: await imageOptionsOf(model, options) }
}

/** @throws what the signal is aborted with, at once; it has not been before */
async function unlessAborted<Value>(promise: Promise<Value>, signal: AbortSignal | undefined): Promise<Value> {
  if (!signal) return promise
  let onAbort = () => {}
  const aborted = new Promise<never>((_, reject) => {
    onAbort = () => reject(signal.reason)
    signal.addEventListener('abort', onAbort)
  })
  return Promise.race([promise, aborted]).finally(() => signal.removeEventListener('abort', onAbort))
}

/** What each file says of itself. @param stop ends it where nobody waits for it any more */
async function readAll(files: readonly ListedFile[], options: AnalyzeFilesOptions, stop: AbortSignal) {
  const images: ImageFacts[] = []
  const others: OtherFile[] = []
  for (const file of files) {
    for (const signal of [options.signal, stop]) signal?.throwIfAborted()
    const facts = await readFacts(file, options)
    if ('code' in facts) others.push(facts)
    else images.push(facts)
  }
  return { images, others }
}

function studyOf(group: StudyGroup, images: ImageResult[], answering: AnsweringModel): StudyResult {
  const { studyId, patientId, studyInstanceUid } = group
  const breasts = (['L', 'R'] as const).flatMap((laterality) => {
    const ofBreast = images.filter((image) => image.laterality === laterality && !isDuplicate(image))
    return ofBreast.length > 0 ? [answerBreast(breastIdOf(studyId, laterality), laterality, ofBreast, answering)] : []
  })
  return {
    studyId,
    patientId,
    studyInstanceUid,
    studyDate: group.images.find(({ attributes }) => attributes)?.attributes?.['00080020'] ?? null,
    ...answerStudy(images, breasts, answering),
    breasts,
    images,
  }
}

/** Hands an overlay on as a picture and as a capture, where either is asked for. */
function overlayWriter(
  writeOverlay: AnswerOptions['writeOverlay'],
  objects: StudyObjects | undefined,
): AnswerOptions['writeOverlay'] {
  if (!writeOverlay && !objects) return undefined
  return async (overlay, facts) => {
    await objects?.capture(overlay, facts)
    return writeOverlay ? await writeOverlay(overlay, facts) : null
  }
}

const isDuplicate = ({ abstention }: ImageResult): boolean => abstention?.code === 'duplicate'

/** @throws {StudyError} `preprocess-mismatch` */
async function imageOptionsOf(
  { description }: Model,
  { admission = {}, frame, raster, onFrame }: AnalyzeFilesOptions,
): Promise<ImageOptions> {
  const own = description.preprocess as PreprocessOptions
  const received = await preprocessHash(own)
  if (received !== description.preprocessHash) {
    throw new StudyError(
      'preprocess-mismatch',
      `Expected preprocessing ${description.preprocessHash}, which ${description.name} was trained with, but received ${received} from this version. Use the version that it was trained with, or train it again.`,
      { expected: description.preprocessHash, received },
    )
  }
  const preprocess = resolvePreprocessOptions({
    ...own,
    ...(frame !== undefined && { frame }),
    admission: { ...own.admission, ...admission },
    raster: { ...own.raster, ...raster },
  })
  return { preprocess, admitsSynthetic: admission.derived === 'warn', onFrame }
}

async function resultOf(
  { description }: Model,
  studies: Result['studies'],
  others: readonly OtherFile[],
  files: number,
  now: Date,
): Promise<Result> {
  const { source, name, checkpoint, checkpointHash, fileSha256, image, preprocessHash, decision } = description
  const images = studies.flatMap((study) => study.images)
  const breasts: readonly BreastResult[] = studies.flatMap((study) => study.breasts)
  const isAnswered = ({ probability }: { readonly probability: number | null }) => probability !== null
  const unreadable = [...others.map(({ code }) => code), ...images.map(({ abstention }) => abstention?.code)]
  return {
    resultVersion,
    notice,
    createdAt: now.toISOString(),
    mammokit: await packageVersion(),
    model: {
      source,
      name,
      checkpoint,
      modelHash: checkpointHash,
      fileSha256,
      ...image,
      preprocessHash,
      aggregation: decision?.aggregation ?? null,
      calibration: decision?.calibration.method ?? null,
      site: decision?.site ?? null,
      operatingPoint: operatingPointOf(decision),
    },
    summary: {
      files,
      studies: studies.length,
      breasts: breasts.length,
      breastsAnswered: breasts.filter(isAnswered).length,
      images: images.length,
      imagesAnswered: images.filter(isAnswered).length,
      unreadable: unreadable.filter((code) => code === 'unreadable').length,
    },
    studies,
    otherFiles: others.map(({ path, code, reason }) => ({ file: path, code, reason })),
  }
}
