/** The classifier of a run folder: its configuration, the chosen checkpoint, and what was selected on the validation set. */
import {
  assertSamePreprocessing,
  listFolds,
  type RunConfig,
  readEpochWeights,
  readRunConfig,
  readSelection,
  runPaths,
  type Selection,
} from '@mammokit/training-run'
import { type Classifier, type ClassifierOptions, openClassifier } from './classifier.ts'
import { ClassifierError } from './classifier-error.ts'

/** Which checkpoint of a run is opened, and where it runs. */
export interface RunClassifierOptions extends ClassifierOptions {
  /** The checkpoint of this epoch, without threshold and calibration. @default the selected one */
  readonly epoch?: number | undefined
}

/** The network of a run at one of its checkpoints. */
export interface RunClassifier extends Omit<Classifier, 'load'> {
  readonly config: RunConfig
  readonly epoch: number
  /** Of the weights, as prediction files name it. */
  readonly checkpointHash: string
  /** Threshold, aggregation and calibration for breasts; null where the epoch was given. */
  readonly selection: Selection | null
}

/**
 * Opens a run's classifier with the weights of its selected checkpoint, or those of `epoch`.
 *
 * @throws FileError, TrainingRunError for a run folder that lacks a file or contradicts itself; {ClassifierError} `weights-changed`
 * where the checkpoint was written anew after the selection; {TensorEngineError}
 * @example
 * const classifier = await openRunClassifier('runs/default')
 * const [probability] = await classifier.classify([image])
 */
export async function openRunClassifier(
  run: string,
  { epoch: chosen, ...options }: RunClassifierOptions = {},
): Promise<RunClassifier> {
  const config = await readNetworkConfig(run)
  const selection = chosen === undefined ? await readSelection(run) : null
  const epoch = chosen ?? selection!.epoch
  const { weights, preprocessHash, checkpointHash } = await readEpochWeights(run, epoch)
  const path = runPaths(run).weights(epoch)
  assertSamePreprocessing(config.preprocessHash, "the run's config.json", preprocessHash, path)
  if (selection && selection.checkpointHash !== checkpointHash) {
    throw new ClassifierError(
      'weights-changed',
      `Expected the weights ${selection.checkpointHash} that ${runPaths(run).selection} chose in ${path} but received ${checkpointHash}. ` +
        'The run was trained anew: predict and select again.',
      { path, expected: selection.checkpointHash, received: checkpointHash },
    )
  }
  const { load, ...classifier } = await openClassifier(config, options)
  await load(weights)
  return { ...classifier, config, epoch, checkpointHash, selection }
}

/**
 * The configuration of a run that has one network of its own.
 *
 * @throws {ClassifierError} `several-networks` for an ensemble, or a folder of folds; FileError, TrainingRunError as `readRunConfig`
 */
export async function readNetworkConfig(run: string): Promise<RunConfig> {
  const folds = await listFolds(run)
  const config = folds.length > 0 ? null : await readRunConfig(run)
  const networks = config ? config.ensemble?.members.length : folds.length
  if (config && networks === undefined) return config
  throw new ClassifierError(
    'several-networks',
    `Expected a run with a network of its own for ${run} but received ${config ? `an ensemble of ${networks} runs` : `${networks} folds`}. Use predict, select, test and report; everything else takes one of them.`,
    { run, networks },
  )
}
