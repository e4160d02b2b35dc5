/** runs/<run>/config.json: what a run was made with, and the guard against continuing it with something else. */
import { existsSync } from 'node:fs'
import { isDeepStrictEqual } from 'node:util'
import { FileError, readInputFile, writeJsonAtomic } from '@mammokit/atomic-files'
import type { Checkpoint } from '../checkpoints/checkpoint.ts'
import { parseRunJson } from '../parse-run-json.ts'
import { runPaths } from '../run-paths.ts'
import { type RunConfig, runConfigSchema } from '../schema/run-config.ts'
import { TrainingRunError } from '../training-run-error.ts'
import { adviseOn } from './advice.ts'
import { findDecisiveChange } from './decisive-change.ts'

/**
 * Reads runs/<run>/config.json.
 *
 * @throws FileError not-found; TrainingRunError file-invalid, which names the key
 */
export async function readRunConfig(run: string): Promise<RunConfig> {
  const path = runPaths(run).config
  const text = await readInputFile(
    path,
    'Give the folder of a run with --run, or make one with mammokit-trainer train.',
  )
  return parseRunJson(runConfigSchema, text.toString('utf8'), path)
}

/**
 * Writes config.json. A run that has a checkpoint keeps all that decides about a weight; one that has none may still change.
 *
 * @throws TrainingRunError run-differs, which names the first key that differs, both values and what to do.
 */
export async function writeRunConfig(
  run: string,
  config: RunConfig,
  checkpoint: Checkpoint | undefined,
): Promise<void> {
  const { config: path } = runPaths(run)
  if (checkpoint === undefined) return writeJsonAtomic(path, config)
  if (!existsSync(path)) {
    const message = `Expected ${path} beside the checkpoints of the run but received ENOENT. Restore it, or train in another folder with --run.`
    throw new FileError('not-found', message, { path })
  }
  const earlier = await readRunConfig(run)
  const change = findDecisiveChange(earlier, config)
  if (change === undefined) {
    if (!isDeepStrictEqual(earlier, JSON.parse(JSON.stringify(config)))) await writeJsonAtomic(path, config)
    return
  }
  const { key, before, now } = change
  const [was, is] = [before, now].map((value) => JSON.stringify(value) ?? 'nothing')
  const message = `Expected ${key} ${was} for ${run}, which has ${checkpoint.state.step} steps of it, but received ${is}. ${adviseOn(change, run, checkpoint, earlier)}`
  throw new TrainingRunError('run-differs', message, { run, ...change })
}

/**
 * Training would overwrite what an ensemble is made of. A file that is no configuration keeps nothing.
 *
 * @throws TrainingRunError run-differs; FileError cannot-read
 */
export async function assertTrains(run: string): Promise<void> {
  const earlier = await readRunConfig(run).catch((error) => {
    if (error instanceof FileError && error.code === 'cannot-read') throw error
    return undefined
  })
  if (earlier?.ensemble === undefined) return
  const message = `Expected a folder to train in but received ${run}, which is an ensemble. Train in another folder with --run.`
  throw new TrainingRunError('run-differs', message, { run, key: 'ensemble' })
}

/**
 * Asserts that two things come from one preprocessing.
 *
 * @throws TrainingRunError preprocess-mismatch, which names both sides.
 */
export function assertSamePreprocessing(
  expected: string,
  expectedBy: string,
  received: string,
  receivedFrom: string,
): void {
  if (expected === received) return
  throw new TrainingRunError(
    'preprocess-mismatch',
    `Expected preprocess hash ${expected} (${expectedBy}) but received ${received} (${receivedFrom}). ` +
      'Their images differ: use the data folder that the run was trained on, or extract and train again with one configuration.',
    { expected, expectedBy, received, receivedFrom },
  )
}
