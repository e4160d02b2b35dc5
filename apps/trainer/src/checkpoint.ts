/**
 * A checkpoint is a folder with all that the next step needs: weights, optimiser state and where the run stood.
 *
 * It is written beside its place and renamed as a whole, so that what bears the name `epoch-001` is complete. Nothing in it depends
 * on the clock: two runs that took the same steps have the same bytes.
 */
import { existsSync } from 'node:fs'
import { mkdir, open, readdir, readFile, rename, rm } from 'node:fs/promises'
import { join } from 'node:path'
import type { PlateauState } from '@mammokit/one-cycle-scheduler'
import { decodeSafetensors, encodeSafetensors, type SafetensorsTensor } from '@mammokit/seresnext'
import { writeFileAtomic, writeJsonAtomic } from './atomic-file.ts'
import { CommandError } from './command-error.ts'
import type { RunLogPosition } from './run-log.ts'
import type { ValidationMetrics } from './validate.ts'

export type NamedTensors = ReadonlyMap<string, SafetensorsTensor>

/** trainer.json: where the run stood. */
export interface TrainerState {
  /** Epochs done, from 1. */
  readonly epoch: number
  /** Optimiser steps done. */
  readonly step: number
  readonly preprocessHash: string
  readonly validation: ValidationMetrics
  readonly plateau: PlateauState | null
  readonly log: RunLogPosition
}

export interface Checkpoint {
  readonly state: TrainerState
  /** timm's names and PyTorch's layout: what an evaluator reads. */
  readonly model: NamedTensors
  /** Optimiser moments and, with an average of the weights, the weights that are trained on. */
  readonly trainer: NamedTensors
}

/** `epoch-007` for 7. */
export function checkpointName(epoch: number): string {
  return `epoch-${String(epoch).padStart(3, '0')}`
}

/** Writes runs/<run>/checkpoints/epoch-001 whole or not at all, and returns its path. */
export async function saveCheckpoint(runDir: string, { state, model, trainer }: Checkpoint): Promise<string> {
  const parent = join(runDir, 'checkpoints')
  const target = join(parent, checkpointName(state.epoch))
  const temporary = `${target}.tmp`
  const metadata = { format: 'pt', preprocessHash: state.preprocessHash, epoch: String(state.epoch) }
  await rm(temporary, { recursive: true, force: true })
  await mkdir(temporary, { recursive: true })
  await writeFileAtomic(join(temporary, 'model.safetensors'), encodeSafetensors(model, metadata))
  await writeFileAtomic(join(temporary, 'trainer.safetensors'), encodeSafetensors(trainer, metadata))
  await writeJsonAtomic(join(temporary, 'trainer.json'), state)
  await rename(temporary, target)
  await syncFolder(parent)
  return target
}

/** Reads the checkpoint of the latest epoch, or undefined for a run that has none yet. */
export async function loadLastCheckpoint(runDir: string): Promise<Checkpoint | undefined> {
  const parent = join(runDir, 'checkpoints')
  if (!existsSync(parent)) return undefined
  const names = (await readdir(parent)).filter((name) => /^epoch-\d{3,}$/.test(name))
  const last = names.sort((a, b) => Number(a.slice(6)) - Number(b.slice(6))).at(-1)
  if (last === undefined) return undefined
  const folder = join(parent, last)
  const read = async (name: string): Promise<Uint8Array> => {
    try {
      return await readFile(join(folder, name))
    } catch {
      throw new CommandError(
        'CHECKPOINT_INCOMPLETE',
        `Expected model.safetensors, trainer.safetensors and trainer.json in ${folder} but ${name} cannot be read. Remove that folder to continue from the checkpoint before it.`,
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
