/**
 * A checkpoint is a folder with all that the next step needs: weights, optimiser state and where the run stood.
 *
 * checkpoints/epoch-001 is made after an epoch; unfinished/step-500 within one, and goes when the epoch ends. Each is written beside
 * its place and renamed as a whole, so that what bears the name is complete. Nothing in it depends on the clock: two runs that took
 * the same steps have the same bytes.
 */
import { existsSync } from 'node:fs'
import { mkdir, open, readdir, readFile, rename, rm } from 'node:fs/promises'
import { join } from 'node:path'
import type { PlateauState } from '@mammokit/one-cycle-scheduler'
import { decodeSafetensors, encodeSafetensors, type SafetensorsTensor } from '@mammokit/safetensors'
import { writeFileAtomic, writeJsonAtomic } from './atomic-file.ts'
import { CommandError } from './command-error.ts'
import type { RunLogPosition } from './run-log.ts'
import type { ValidationMetrics } from './validate.ts'

export type NamedTensors = ReadonlyMap<string, SafetensorsTensor>

/** trainer.json: where the run stood. */
export interface TrainerState {
  /** Epochs done. */
  readonly epoch: number
  /** Batches done of the next epoch, and the sum of their losses. */
  readonly batch: number
  readonly lossSum: number
  /** Optimiser steps done. */
  readonly step: number
  readonly preprocessHash: string
  /** Of the last epoch; null before the first. */
  readonly validation: ValidationMetrics | null
  readonly plateau: PlateauState | null
  readonly log: RunLogPosition
}

/** Where a run stands before its first step. */
export function nothingDone(preprocessHash: string): TrainerState {
  const log = { metricsBytes: 0, eventBytes: 0 }
  return { epoch: 0, batch: 0, lossSum: 0, step: 0, preprocessHash, validation: null, plateau: null, log }
}

export interface Checkpoint {
  readonly state: TrainerState
  /** timm's names and PyTorch's layout: what an evaluator reads. */
  readonly model: NamedTensors
  /** Optimiser moments and, with an average of the weights, the weights that are trained on. */
  readonly trainer: NamedTensors
}

/** `epoch-007` for 7. */
function checkpointName(epoch: number): string {
  return `epoch-${String(epoch).padStart(3, '0')}`
}

/** Writes runs/<run>/checkpoints/epoch-001, or unfinished/step-500 within an epoch, and returns its path. */
export async function saveCheckpoint(runDir: string, { state, model, trainer }: Checkpoint): Promise<string> {
  const isFinished = state.batch === 0
  const parent = join(runDir, isFinished ? 'checkpoints' : 'unfinished')
  const name = isFinished ? checkpointName(state.epoch) : `step-${state.step}`
  const target = join(parent, name)
  const temporary = `${target}.tmp`
  const metadata = { format: 'pt', preprocessHash: state.preprocessHash, epoch: String(state.epoch) }
  for (const folder of [temporary, target]) await rm(folder, { recursive: true, force: true })
  await mkdir(temporary, { recursive: true })
  await writeFileAtomic(join(temporary, 'model.safetensors'), encodeSafetensors(model, metadata))
  await writeFileAtomic(join(temporary, 'trainer.safetensors'), encodeSafetensors(trainer, metadata))
  await writeJsonAtomic(join(temporary, 'trainer.json'), state)
  await rename(temporary, target)
  await syncFolder(parent)
  await removeUnfinished(runDir, isFinished ? undefined : name)
  return target
}

/** Reads the checkpoint with the most steps, or undefined for a run that has none yet. */
export async function loadLastCheckpoint(runDir: string): Promise<Checkpoint | undefined> {
  const unfinished = await latest(join(runDir, 'unfinished'), /^step-(\d+)$/)
  const finished = await latest(join(runDir, 'checkpoints'), /^epoch-(\d{3,})$/)
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

async function removeUnfinished(runDir: string, except?: string): Promise<void> {
  const parent = join(runDir, 'unfinished')
  if (except === undefined) return rm(parent, { recursive: true, force: true })
  for (const name of await readdir(parent)) {
    if (name !== except) await rm(join(parent, name), { recursive: true, force: true })
  }
}

async function readCheckpoint(folder: string): Promise<Checkpoint> {
  const read = async (name: string): Promise<Uint8Array> => {
    try {
      return await readFile(join(folder, name))
    } catch {
      throw new CommandError(
        'CHECKPOINT_INCOMPLETE',
        `Expected model.safetensors, trainer.safetensors and trainer.json in ${folder} but ${name} cannot be read. Remove that folder to continue from what there was before.`,
      )
    }
  }
  return {
    state: JSON.parse(Buffer.from(await read('trainer.json')).toString('utf8')) as TrainerState,
    model: decodeSafetensors(await read('model.safetensors')).tensors,
    trainer: decodeSafetensors(await read('trainer.safetensors')).tensors,
  }
}

async function syncFolder(path: string): Promise<void> {
  const folder = await open(path, 'r')
  await folder.sync()
  await folder.close()
}
