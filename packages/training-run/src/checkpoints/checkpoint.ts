/**
 * A checkpoint is a folder with all that the next step needs: weights, optimizer state and where the run stood.
 *
 * checkpoints/epoch-001 is made after an epoch; unfinished/step-500 within one, and goes when the epoch ends. Each is written beside
 * its place and renamed as a whole, so that what bears the name is complete. Nothing in it depends on the clock: two runs that took
 * the same steps have the same bytes.
 */
import type { SafetensorsTensor } from '@mammokit/safetensors'
import type { TrainerState } from '../schema/trainer-state.ts'

/** Tensors by name. */
export type NamedTensors = ReadonlyMap<string, SafetensorsTensor>

/** What a checkpoint holds. */
export interface Checkpoint {
  readonly state: TrainerState
  /** timm's names and PyTorch's layout: what an evaluator reads. */
  readonly model: NamedTensors
  /** Optimizer moments and, with an average of the weights, the weights that are trained on. */
  readonly trainer: NamedTensors
}

/** The files of a checkpoint, beside their checksums. */
export const checkpointFiles = ['model.safetensors', 'trainer.safetensors', 'trainer.json'] as const

export type CheckpointFile = (typeof checkpointFiles)[number]
