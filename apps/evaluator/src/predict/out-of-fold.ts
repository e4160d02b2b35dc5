/**
 * A run of several folds as one: each image predicted by the run that did not see it.
 *
 * Their predictions stand beside the folds, in predictions/val of the folder above them; what they are made of is checked fold by fold.
 */
import { createHash } from 'node:crypto'
import {
  type ExpectedPredictions,
  foldRun,
  hashSources,
  listEpochs,
  type RunConfig,
  readEpochWeights,
  readRunConfig,
  readVerifiedPredictions,
  writePredictions,
} from '@mammokit/training-run'
import { EvaluatorError } from '../evaluator-error.ts'
import { packageVersion } from '../version.ts'
import { readSubset, type SubsetRows } from './subset-rows.ts'

export interface FoldedRun {
  /** Of the first fold. */
  readonly config: RunConfig
  /** The val images of all folds, fold after fold. */
  readonly rows: SubsetRows['rows']
  readonly splitsSha256: string
  /** Epochs that every fold has. */
  readonly epochs: readonly number[]
  /** Of the weights of all folds after an epoch. */
  checkpointHash(epoch: number): Promise<string>
  /** What the predictions of one fold have to be of. */
  expectedOf(epoch: number): Promise<ExpectedPredictions[]>
}

interface FoldPart extends Pick<FoldedRun, 'config' | 'rows' | 'splitsSha256' | 'epochs'> {
  readonly path: string
}

/**
 * Opens the runs of the folds of a run.
 *
 * @throws EvaluatorError `folds-differ` for folds of other preprocessing or without an epoch that all have; whatever `readSubset` throws
 */
export async function openFolds(
  run: string,
  folds: readonly number[],
  data: string | readonly string[],
): Promise<FoldedRun> {
  const parts: FoldPart[] = []
  for (const fold of folds) {
    const path = foldRun(run, fold)
    const config = await readRunConfig(path)
    const { rows, splitsSha256 } = await readSubset(data, { subset: 'val' }, config)
    parts.push({ path, config, rows, splitsSha256, epochs: await listEpochs(path) })
  }
  const [{ config, splitsSha256 }] = parts
  const other = parts.find((part) => part.config.preprocessHash !== config.preprocessHash)
  if (other) throw differ(run, `the preprocess hash ${config.preprocessHash}`, other.config.preprocessHash, other.path)
  const epochs = parts[0].epochs.filter((epoch) => parts.every((part) => part.epochs.includes(epoch)))
  if (epochs.length === 0) throw differ(run, 'an epoch that all have', 'none', run)
  const hashOf = async (path: string, epoch: number) => (await readEpochWeights(path, epoch)).checkpointHash
  return {
    config,
    splitsSha256,
    epochs,
    rows: parts.flatMap(({ rows }) => rows),
    async checkpointHash(epoch) {
      const hash = createHash('sha256')
      for (const { path } of parts) hash.update(`${await hashOf(path, epoch)}\n`)
      return hash.digest('hex').slice(0, 16)
    },
    async expectedOf(epoch) {
      const expected: ExpectedPredictions[] = []
      for (const { path, config, rows, splitsSha256 } of parts) {
        const checkpointHash = await hashOf(path, epoch)
        expected.push({ run: path, config, subset: 'val', rows, splitsSha256, epoch, checkpointHash })
      }
      return expected
    },
  }
}

/** Writes the out-of-fold predictions of each epoch, from those of the folds, and returns their paths. */
export async function writeOutOfFold(run: string, folded: FoldedRun): Promise<string[]> {
  const written: string[] = []
  for (const epoch of folded.epochs) {
    const parts = []
    for (const expected of await folded.expectedOf(epoch)) parts.push(await readVerifiedPredictions(expected))
    const { preprocessHash } = folded.config
    const source = {
      ...{ subset: 'val' as const, epoch, checkpointHash: await folded.checkpointHash(epoch), preprocessHash },
      ...{ splitsSha256: folded.splitsSha256, dataSha256: hashSources(folded.rows), mammokit: packageVersion() },
    }
    const images = parts.flatMap(({ images }) => images)
    written.push(await writePredictions(run, source, images))
  }
  return written
}

function differ(run: string, expected: string, received: string, where: string): EvaluatorError {
  return new EvaluatorError(
    'folds-differ',
    `Expected ${expected} in all folds of ${run} but received ${received} in ${where}. Train the folds with one configuration, to the end.`,
    { run, expected, received },
  )
}
