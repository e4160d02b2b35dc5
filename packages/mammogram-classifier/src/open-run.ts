/** The classifier of a run folder: its configuration, the chosen checkpoint, and what was selected on the validation set. */
import {
  assertSamePreprocessing,
  type RunConfig,
  readEpochWeights,
  readSelection,
  runPaths,
  type Selection,
} from '@mammokit/training-run'
import { type Classifier, type ClassifierOptions, openClassifier } from './classifier.ts'
import { ClassifierError } from './classifier-error.ts'
import { openGraphClassifier } from './networks/graph-classifier.ts'
import { loadNetworks } from './networks/load-networks.ts'
import { type RunNetworks, readNetworks } from './networks/read-networks.ts'

/** Which checkpoint of a run is opened, and where it runs. */
export interface RunClassifierOptions extends ClassifierOptions {
  /** The checkpoint of this epoch, without threshold and calibration. @default the selected one */
  readonly epoch?: number | undefined
}

/** The network of a run at one of its checkpoints; of an ensemble or of folds all of their networks as one. */
export interface RunClassifier extends Omit<Classifier, 'load'> {
  readonly config: RunConfig
  readonly epoch: number
  /** Of the weights, as prediction files name it. */
  readonly checkpointHash: string
  /** Threshold, aggregation and calibration for breasts; null where the epoch was given. */
  readonly selection: Selection | null
}

/**
 * Opens a run's classifier with the weights of its selected checkpoint, or those of `epoch`. Several networks run as one graph, on
 * onnxruntime alone.
 *
 * @throws FileError, TrainingRunError for a run folder that lacks a file or contradicts itself; {ClassifierError} `weights-changed`
 * where the checkpoint was written anew after the selection; as `readNetworks`; {TensorEngineError}
 * @example
 * const classifier = await openRunClassifier('runs/default')
 * const [probability] = await classifier.classify([image])
 */
export async function openRunClassifier(
  run: string,
  { epoch: chosen, ...options }: RunClassifierOptions = {},
): Promise<RunClassifier> {
  const networks = await readNetworks(run)
  const selection = chosen === undefined ? await readSelection(run) : null
  const epoch = chosen ?? selection!.epoch
  const { config, combine } = networks
  const { checkpointHash, open } =
    combine === null
      ? await readOne(run, config, epoch, options)
      : await readSeveral({ ...networks, combine }, epoch, options)
  if (selection && selection.checkpointHash !== checkpointHash) {
    const path = combine === null ? runPaths(run).weights(epoch) : run
    throw new ClassifierError(
      'weights-changed',
      `Expected the weights ${selection.checkpointHash} that ${runPaths(run).selection} chose in ${path} but received ${checkpointHash}. ` +
        'The run was trained anew: predict and select again.',
      { path, expected: selection.checkpointHash, received: checkpointHash },
    )
  }
  return { ...(await open()), config, epoch, checkpointHash, selection }
}

interface Openable {
  readonly checkpointHash: string
  open(): Promise<Omit<Classifier, 'load'>>
}

async function readOne(run: string, config: RunConfig, epoch: number, options: ClassifierOptions): Promise<Openable> {
  const { weights, preprocessHash, checkpointHash } = await readEpochWeights(run, epoch)
  assertSamePreprocessing(config.preprocessHash, "the run's config.json", preprocessHash, runPaths(run).weights(epoch))
  return {
    checkpointHash,
    async open() {
      const { load, ...classifier } = await openClassifier(config, options)
      await load(weights)
      return classifier
    },
  }
}

async function readSeveral(
  networks: RunNetworks & { readonly combine: NonNullable<RunNetworks['combine']> },
  epoch: number,
  options: ClassifierOptions,
): Promise<Openable> {
  const { run, combine, augmentations } = networks
  const epochs = await networks.epochs()
  if (!epochs.includes(epoch)) {
    throw new ClassifierError(
      'bad-input',
      `Expected one of the epochs ${epochs.join(', ')} of ${run} but received ${epoch}. Choose one, or leave it out.`,
      { name: 'epoch', expected: epochs, received: epoch },
    )
  }
  return {
    checkpointHash: await networks.checkpointHash(epoch),
    open: async () =>
      openGraphClassifier(
        run,
        await loadNetworks(networks, await networks.networks(epoch)),
        { combine, augmentations },
        options,
      ),
  }
}
