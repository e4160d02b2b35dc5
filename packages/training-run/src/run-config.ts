/** runs/<run>/config.json: what a run was made with, and the guard against continuing it with something else. */
import { existsSync } from 'node:fs'
import { readInputFile, writeJsonAtomic } from '@mammokit/atomic-files'
import { parseRunJson } from './parse-run-json.ts'
import { runPaths } from './run-paths.ts'
import { type RunConfig, runConfigSchema } from './schema/run-config.ts'
import { TrainingRunError } from './training-run-error.ts'

/** Parts of config.json that decide about a weight; the rest may change between two starts. */
const decisive = ['model', 'image', 'preprocessHash', 'training', 'weights', 'engine', 'data.splitsSha256'] as const

/**
 * Reads runs/<run>/config.json.
 *
 * @throws FileError not-found; TrainingRunError file-invalid
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
 * Writes config.json for a new run, or checks that an earlier start of it had the same configuration.
 *
 * @throws TrainingRunError run-differs, which names the first key that differs and both values.
 */
export async function writeRunConfig(run: string, config: RunConfig): Promise<void> {
  const { config: path } = runPaths(run)
  if (!existsSync(path)) return writeJsonAtomic(path, config)
  const earlier = await readRunConfig(run)
  const difference = decisive
    .map((key) => firstDifference(valueAt(earlier, key), valueAt(config, key), key))
    .find((found) => found !== undefined)
  if (difference === undefined) return
  throw new TrainingRunError(
    'run-differs',
    `Expected ${difference.key} ${difference.before} for ${run}, which was begun with it, but received ${difference.now}. ` +
      "Give the run's own configuration to continue it, or another folder with --run.",
    { run, ...difference },
  )
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

interface Difference {
  readonly key: string
  readonly before: string
  readonly now: string
}

/** The first leaf that differs. */
function firstDifference(before: unknown, now: unknown, key: string): Difference | undefined {
  if (before && now && typeof before === 'object' && typeof now === 'object') {
    const names = [...new Set([...Object.keys(before), ...Object.keys(now)])]
    const value = (of: object, name: string) => (of as Record<string, unknown>)[name]
    return names.map((name) => firstDifference(value(before, name), value(now, name), `${key}.${name}`)).find(Boolean)
  }
  const [was, is] = [before, now].map((value) => JSON.stringify(value) ?? 'nothing')
  return was === is ? undefined : { key, before: was, now: is }
}

function valueAt(root: unknown, key: string): unknown {
  return key.split('.').reduce<unknown>((value, name) => (value as Record<string, unknown> | undefined)?.[name], root)
}
