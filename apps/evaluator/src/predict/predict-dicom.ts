/** `predict --dicom`: one file through the same preprocessing and network, and the picture of what the network saw. */

import { basename, join } from 'node:path'
import { readInputFile, writeFileAtomic } from '@mammokit/atomic-files'
import { type CommandContext, CommandLineError, parseConfig, silentContext } from '@mammokit/command-line'
import { openRunClassifier } from '@mammokit/mammogram-classifier'
import { encodeGrayPng, type PreprocessedImage, preprocessDicom } from '@mammokit/mammogram-preprocess'
import { assertSamePreprocessing, epochName, type RunConfig, runPaths } from '@mammokit/training-run'
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
  /** Path of the picture. */
  readonly picture: string
  readonly preprocessHash: string
}

/** Predicts a single DICOM file with the selected checkpoint, or that of `epoch`. */
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
  const { run, dicom, engine, threads } = config
  const classifier = await openRunClassifier(run, { epoch: config.epoch, engine, threads })
  try {
    const { image, method, reason, preprocessHash, sourceSha256 } = await preprocess(dicom, classifier.config)
    assertSamePreprocessing(classifier.config.preprocessHash, "the run's config.json", preprocessHash, dicom)
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
    const checkpoint = epochName(epoch)
    const threshold = selection && { threshold: selection.threshold }
    return { probability, checkpoint, ...threshold, method, reason, picture, preprocessHash }
  } finally {
    await classifier.dispose()
  }
}

async function preprocess(file: string, runConfig: RunConfig): Promise<PreprocessedImage> {
  const options = preprocessOptionsOf(runConfig)
  await readInputFile(file, 'Check --dicom.')
  try {
    return await preprocessDicom(file, options)
  } catch (error) {
    throw new EvaluatorError('dicom-unreadable', `${file}: ${(error as Error).message}`, { file })
  }
}
