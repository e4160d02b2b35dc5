/** `predict --dicom`: one file through the same preprocessing and network, and the picture of what the network saw. */

import { constants } from 'node:fs'
import { access } from 'node:fs/promises'
import { basename, join } from 'node:path'
import { explainFileError, writeFileAtomic } from '@mammokit/atomic-files'
import { type CommandContext, CommandLineError, parseConfig, silentContext } from '@mammokit/command-line'
import { openRunClassifier } from '@mammokit/mammogram-classifier'
import {
  encodeGrayPng,
  PreprocessError,
  type PreprocessedImage,
  type PreprocessOptions,
  preprocessTogether,
  resolvePreprocessOptions,
} from '@mammokit/mammogram-preprocess'
import { epochName, type RunConfig, runPaths } from '@mammokit/training-run'
import { type PredictConfig, predictSchema } from '../config.ts'
import { EvaluatorError } from '../evaluator-error.ts'
import { preprocessOptionsOf } from './preprocess-options.ts'

export interface DicomPrediction {
  readonly probability: number
  readonly checkpoint: string
  /** Of the selection; absent where the epoch was given. */
  readonly threshold?: number
  /** How the breast was found, and why in that way. */
  readonly method: string
  readonly reason: string
  /** What is odd about the file, as in the manifest's column; never a patient's value. */
  readonly warnings: readonly string[]
  /** Path of the picture. */
  readonly picture: string
  readonly preprocessHash: string
}

/** Predicts a single DICOM, PNG, JPEG, TIFF or PGM file with the selected checkpoint, or that of `epoch`. */
export async function predictDicom(
  input: PredictConfig,
  { progress }: CommandContext = silentContext,
): Promise<DicomPrediction> {
  const config = parseConfig(predictSchema, input)
  if (config.dicom === undefined) {
    throw new CommandLineError(
      'invalid-value',
      'Expected a file for --dicom but received nothing. Give the path of a DICOM file.',
    )
  }
  const { run, dicom, engine, device, threads } = config
  const classifier = await openRunClassifier(run, { epoch: config.epoch, engine, device, threads })
  try {
    const { image, method, reason, warnings, preprocessHash, sourceSha256 } = await preprocess(
      dicom,
      classifier.config,
      config,
    )
    // Scanners name every file IM1: the hash keeps pictures of different files apart.
    const name = `${basename(dicom, '.dcm')}-${sourceSha256.slice(0, 8)}.png`
    const picture = config.output ?? join(runPaths(run).singles, name)
    await writeFileAtomic(picture, await encodeGrayPng(image))
    const [probability] = await classifier.classify([image])
    const { selection, epoch } = classifier

    progress.line(`${dicom}: probability ${probability.toFixed(4)} (${epochName(epoch)}, one image)`)
    if (selection) {
      const side = probability >= selection.threshold ? 'at or above' : 'below'
      progress.line(`That is ${side} the threshold of ${selection.threshold.toFixed(4)} that was selected for breasts.`)
    }
    progress.line(`Region by ${method}${reason && ` (${reason})`}, as the network sees it: ${picture}`)
    if (warnings.length > 0) progress.line(`Admitted with ${warnings.join(', ')}.`)
    const checkpoint = epochName(epoch)
    const threshold = selection && { threshold: selection.threshold }
    return { probability, checkpoint, ...threshold, method, reason, warnings, picture, preprocessHash }
  } finally {
    await classifier.dispose()
  }
}

/** The run's options for pixels, and what is asked for this file: which frame, and what is admitted. */
async function preprocess(
  file: string,
  runConfig: RunConfig,
  { admission, frame, raster }: Pick<PredictConfig, 'admission' | 'frame' | 'raster'>,
): Promise<PreprocessedImage> {
  const options = preprocessOptionsOf(runConfig)
  const asked = {
    ...options,
    ...(frame !== undefined && { frame }),
    admission: { ...options.admission, ...admission },
    raster: { ...options.raster, ...raster },
  }
  const resolved = resolvePreprocessOptions(asked as PreprocessOptions)
  await assertReadable(file)
  try {
    return await preprocessTogether([file], resolved)[0]!
  } catch (error) {
    const code = error instanceof PreprocessError && error.code === 'not-admitted' ? 'not-admitted' : 'dicom-unreadable'
    throw new EvaluatorError(code, `${file}: ${(error as Error).message}`, { file })
  }
}

async function assertReadable(file: string): Promise<void> {
  try {
    await access(file, constants.R_OK)
  } catch (error) {
    throw explainFileError('cannot-read', file, error)
  }
}
