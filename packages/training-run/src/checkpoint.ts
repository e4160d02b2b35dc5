/**
 * A checkpoint is a folder with all that the next step needs: weights, optimizer state and where the run stood.
 *
 * checkpoints/epoch-001 is made after an epoch; unfinished/step-500 within one, and goes when the epoch ends. Each is written beside
 * its place and renamed as a whole, so that what bears the name is complete. Nothing in it depends on the clock: two runs that took
 * the same steps have the same bytes.
 */
import { existsSync } from 'node:fs'
import { readdir, readFile, writeFile } from 'node:fs/promises'
import { basename, join } from 'node:path'
import { removeAtomic, replaceFolderAtomic } from '@mammokit/atomic-files'
import { decodeSafetensors, encodeSafetensors, type SafetensorsTensor } from '@mammokit/safetensors'
import { parseRunJson } from './parse-run-json.ts'
import { runPaths } from './run-paths.ts'
import { type TrainerState, trainerStateSchema } from './schema/trainer-state.ts'
import { TrainingRunError } from './training-run-error.ts'

export type NamedTensors = ReadonlyMap<string, SafetensorsTensor>

export interface Checkpoint {
  readonly state: TrainerState
  /** timm's names and PyTorch's layout: what an evaluator reads. */
  readonly model: NamedTensors
  /** Optimizer moments and, with an average of the weights, the weights that are trained on. */
  readonly trainer: NamedTensors
}

/** Writes runs/<run>/checkpoints/epoch-001, or unfinished/step-500 within an epoch, and returns its path. */
export async function saveCheckpoint(run: string, { state, model, trainer }: Checkpoint): Promise<string> {
  const paths = runPaths(run)
  const target = paths.checkpointAt(state)
  const metadata = { format: 'pt', preprocessHash: state.preprocessHash, epoch: String(state.epoch) }
  await replaceFolderAtomic(target, async (folder) => {
    await writeFile(join(folder, 'model.safetensors'), encodeSafetensors(model, metadata))
    await writeFile(join(folder, 'trainer.safetensors'), encodeSafetensors(trainer, metadata))
    await writeFile(join(folder, 'trainer.json'), `${JSON.stringify(trainerStateSchema.parse(state), null, 2)}\n`)
  })
  await removeUnfinished(paths.unfinished, state.batch === 0 ? undefined : basename(target))
  return target
}

/** Reads the checkpoint with the most steps, or undefined for a run that has none yet. */
export async function readLastCheckpoint(run: string): Promise<Checkpoint | undefined> {
  const paths = runPaths(run)
  const unfinished = await latest(paths.unfinished, /^step-(\d+)$/)
  const finished = await latest(paths.checkpoints, /^epoch-(\d{3,})$/)
  const folders = [unfinished, finished].map((folder) => (folder === undefined ? undefined : readCheckpoint(folder)))
  const [first, second] = await Promise.all(folders)
  if (first === undefined || second === undefined) return first ?? second
  return first.state.step > second.state.step ? first : second
}

async function latest(parent: string, pattern: RegExp): Promise<string | undefined> {
  if (!existsSync(parent)) return undefined
  const number = (name: string) => Number(pattern.exec(name)?.[1])
  const names = (await readdir(parent)).filter((name) => pattern.test(name))
  const last = names.sort((a, b) => number(a) - number(b)).at(-1)
  return last === undefined ? undefined : join(parent, last)
}

async function removeUnfinished(parent: string, except?: string): Promise<void> {
  if (except === undefined) return removeAtomic(parent)
  for (const name of await readdir(parent)) if (name !== except) await removeAtomic(join(parent, name))
}

async function readCheckpoint(folder: string): Promise<Checkpoint> {
  const read = async (name: string): Promise<Uint8Array> => {
    try {
      return await readFile(join(folder, name))
    } catch {
      throw new TrainingRunError(
        'checkpoint-incomplete',
        `Expected model.safetensors, trainer.safetensors and trainer.json in ${folder} but ${name} cannot be read. Remove that folder to continue from what there was before.`,
        { folder, file: name },
      )
    }
  }
  const state = Buffer.from(await read('trainer.json')).toString('utf8')
  return {
    state: parseRunJson(trainerStateSchema, state, join(folder, 'trainer.json')),
    model: decodeSafetensors(await read('model.safetensors')).tensors,
    trainer: decodeSafetensors(await read('trainer.safetensors')).tensors,
  }
}
