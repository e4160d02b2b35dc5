/** A selection is checked against the predictions that it names: the chosen checkpoint is judged again, and all of them where the file was edited. */
import {
  type Augmentations,
  epochName,
  hashPredictions,
  type Predictions,
  type RunConfig,
  readEpochWeights,
  readSelection,
  readVerifiedPredictions,
  runPaths,
  type Selection,
  type SourceRow,
  selectionContentSha256,
} from '@mammokit/training-run'
import { ClassifierError } from '../classifier-error.ts'
import { bestRow, decisionOf, toCandidate } from './candidates.ts'

/** A selection that fits the files that it was made from. */
export interface VerifiedSelection {
  readonly selection: Selection
  /** Of the selected checkpoint on the subset that it was selected by. */
  readonly predictions: Predictions
}

/** The images of a subset, and the hash of the splits.csv that they are from. */
export type ReadRows = (subset: Selection['subset']) => SubsetSources | Promise<SubsetSources>

/** A subset's rows, and the hash of the split that they are from. */
export interface SubsetSources {
  readonly rows: readonly SourceRow[]
  readonly splitsSha256: string
}

/** What the predictions of a selection were made with. */
export interface VerifyOptions {
  /** Of the weights on disk after an epoch. @default of the run's own */
  readonly checkpointHash?: (epoch: number) => Promise<string>
  /** Test-time augmentations of the predictions. @default none */
  readonly augmentations?: Augmentations
}

async function hashOfWeights(run: string, epoch: number): Promise<string> {
  return (await readEpochWeights(run, epoch)).checkpointHash
}

/**
 * Reads selection.json and checks it against the predictions that it was made from, the split and the weights on disk.
 *
 * @throws ClassifierError `selection-altered`, which names the key and both values; `selection-differs`, `checkpoint-mismatch`
 * @throws FileError, TrainingRunError as `readSelection` and `readVerifiedPredictions`, and whatever `readRows` throws
 */
export async function readVerifiedSelection(
  run: string,
  config: Pick<RunConfig, 'preprocessHash'>,
  readRows: ReadRows,
  { checkpointHash: hashOf = (epoch) => hashOfWeights(run, epoch), augmentations }: VerifyOptions = {},
): Promise<VerifiedSelection> {
  const selection = await readSelection(run, { checkContent: false })
  const path = runPaths(run).selection
  const command = `mammokit-evaluator select --run ${run}`
  const { subset, aggregation, thresholdRule } = selection
  const { rows, splitsSha256 } = await readRows(subset)
  // Of a whole file only the chosen checkpoint is judged again; the others are known by the SHA-256 of their predictions.
  const isWhole =
    selectionContentSha256(selection) === selection.contentSha256 &&
    bestRow(selection.checkpoints)?.epoch === selection.epoch
  const candidates = []
  let selected: Predictions | undefined
  for (const { epoch, checkpoint, checkpointHash, predictionsSha256 } of selection.checkpoints) {
    if (isWhole && epoch !== selection.epoch) {
      assertNamed(checkpoint, epoch, predictionsSha256, await hashPredictions(run, subset, epoch))
      continue
    }
    const predictions = await readVerifiedPredictions({
      run,
      config,
      subset,
      rows,
      splitsSha256,
      epoch,
      checkpointHash,
      augmentations,
    })
    assertNamed(checkpoint, epoch, predictionsSha256, predictions.sha256)
    if (epoch === selection.epoch) selected = predictions
    candidates.push(toCandidate(epoch, predictions, { aggregation, thresholdRule }))
  }
  if (candidates.length === 0) throw altered('checkpoints', 'at least one', 'none')
  const decision = decisionOf(candidates)
  const remade = new Set(candidates.map(({ epoch }) => epoch))
  const written = { ...selection, checkpoints: selection.checkpoints.filter(({ epoch }) => remade.has(epoch)) }
  for (const [key, value] of Object.entries(decision)) {
    const received = written[key as keyof typeof decision]
    if (!isSame(value, received)) throw altered(key, JSON.stringify(value), JSON.stringify(received))
  }
  const hash = selectionContentSha256(selection)
  if (hash !== selection.contentSha256) throw altered('contentSha256', hash, selection.contentSha256)

  const onDisk = await hashOf(selection.epoch)
  if (onDisk !== selection.checkpointHash) {
    throw new ClassifierError(
      'checkpoint-mismatch',
      `Expected the weights ${selection.checkpointHash} that ${path} chose for ${selection.checkpoint} but received ${onDisk}. The run was trained again: predict and select again.`,
      { path, expected: selection.checkpointHash, received: onDisk },
    )
  }
  return { selection, predictions: selected! }

  function assertNamed(checkpoint: string, epoch: number, expected: string, received: string): void {
    if (checkpoint === epochName(epoch) && received === expected) return
    throw new ClassifierError(
      'selection-differs',
      `Expected the predictions of ${checkpoint} that ${path} was made from (${expected.slice(0, 16)}) but received ${received.slice(0, 16)}. Select again: ${command}.`,
      { path, checkpoint, expected, received },
    )
  }

  function altered(key: string, expected: string, received: string): ClassifierError {
    return new ClassifierError(
      'selection-altered',
      `Expected ${key} ${expected}, which the predictions of ${path} give, but received ${received}. The file was edited. Select again: ${command}.`,
      { path, key, expected, received },
    )
  }
}

/** Numbers may differ in their last digits between machines. */
function isSame(a: unknown, b: unknown): boolean {
  if (typeof a === 'number' && typeof b === 'number') return Math.abs(a - b) <= 1e-9 * Math.max(1, Math.abs(a))
  if (typeof a !== 'object' || typeof b !== 'object' || a === null || b === null) return a === b
  const keys = Object.keys(a)
  const of = (value: object, key: string) => (value as Record<string, unknown>)[key]
  return keys.length === Object.keys(b).length && keys.every((key) => isSame(of(a, key), of(b, key)))
}
