/** What `calibrate` judges: the selected checkpoint of a run, or an exported file. */
import { dirname } from 'node:path'
import { CommandLineError } from '@mammokit/command-line'
import { type BreastDecision, logOdds, openModel, openRunClassifier } from '@mammokit/mammogram-classifier'
import { readImageBytes } from '@mammokit/mammogram-dataset'
import { decodeGrayPng } from '@mammokit/mammogram-preprocess/png'
import type { ProcessedRow } from '@mammokit/screening-data'
import type { z } from 'zod'
import type { calibrateSchema } from '../config.ts'
import { logitsOf, openRows } from '../predict/predict-rows.ts'

export interface SiteModel {
  readonly decision: Omit<BreastDecision, 'site'>
  readonly checkpointHash: string
  readonly preprocessHash: string
  /** Of the selection of a run, and of an exported file; null of the other. */
  readonly selectionSha256: string | null
  readonly modelSha256: string | null
  /** Gets `sites/<name>`. */
  readonly folder: string
  /** Of a run: where its own cases are to be compared. */
  readonly run: { readonly epoch: number } | null
  /** Of every image, in the order of the rows. */
  logits(
    rows: readonly ProcessedRow[],
    onImages: (done: number) => void,
    signal: AbortSignal | undefined,
  ): Promise<number[]>
  dispose(): Promise<void>
}

type Options = Pick<
  z.output<typeof calibrateSchema>,
  'run' | 'model' | 'engine' | 'device' | 'precision' | 'threads' | 'workers' | 'batchSize'
>

/** @throws CommandLineError `invalid-value` for neither or both of run and file, and whatever opening them throws */
export async function openSiteModel(config: Options): Promise<SiteModel> {
  const { run, model: file, engine, device, precision, threads, workers, batchSize } = config
  const options = { engine, device, precision, threads, workers, batchSize }
  if (run !== undefined && file === undefined) return openRun(run, options)
  if (file !== undefined && run === undefined) return openFile(file, options)
  throw new CommandLineError(
    'invalid-value',
    `Expected --run or --model but received ${run === undefined ? 'neither' : 'both'}. Give the run, or the file that was exported of it.`,
    { run, model: file },
  )
}

async function openRun(
  run: string,
  { batchSize, workers, ...engine }: Omit<Options, 'run' | 'model'>,
): Promise<SiteModel> {
  const classifier = await openRunClassifier(run, { ...engine, batchSize })
  const { config, epoch, checkpointHash } = classifier
  const selection = classifier.selection!
  return {
    decision: selection,
    checkpointHash,
    preprocessHash: config.preprocessHash,
    folder: run,
    run: { epoch },
    selectionSha256: selection.contentSha256,
    modelSha256: null,
    logits(rows, onImages, signal) {
      const loader = openRows(rows, { image: config.image, batchSize, workers, signal })
      return logitsOf(loader, rows, classifier, onImages, signal).finally(() => loader.close())
    },
    dispose: () => classifier.dispose(),
  }
}

async function openFile(
  file: string,
  { engine, device, precision, threads }: Omit<Options, 'run' | 'model'>,
): Promise<SiteModel> {
  const model = await openModel({ file, engine, device, precision, threads })
  const { decision, checkpointHash, preprocessHash, fileSha256 } = model.description
  return {
    decision: decision!,
    checkpointHash,
    preprocessHash,
    folder: dirname(file),
    run: null,
    selectionSha256: null,
    modelSha256: fileSha256,
    async logits(rows, onImages, signal) {
      const logits: number[] = []
      for (const row of rows) {
        signal?.throwIfAborted()
        logits.push(logOdds(await model.classify(await decodeGrayPng(await readImageBytes(row)))))
        onImages(logits.length)
      }
      return logits
    },
    dispose: () => model.dispose(),
  }
}
