import { readdir, rmdir } from 'node:fs/promises'
import { basename, join } from 'node:path'
import { removeAtomic } from '@mammokit/atomic-files'
import { encodeSafetensors } from '@mammokit/safetensors'
import { runPaths } from '../run-paths.ts'
import { trainerStateSchema } from '../schema/trainer-state.ts'
import { assertFinite, notFinite } from './assert-finite.ts'
import type { Checkpoint, CheckpointFile } from './checkpoint.ts'
import { writeVerified } from './verified-folder.ts'

/**
 * Writes runs/<run>/checkpoints/epoch-001, or unfinished/step-500 within an epoch, and returns its path.
 *
 * @throws TrainingRunError not-finite for weights or a state that no step can go on from; the checkpoint before stays the last one.
 */
export async function saveCheckpoint(run: string, { state, model, trainer }: Checkpoint): Promise<string> {
  const target = runPaths(run).checkpointAt(state)
  for (const tensors of [model, trainer]) assertFinite(tensors, target)
  const metadata = { format: 'pt', preprocessHash: state.preprocessHash, epoch: String(state.epoch) }
  const files: Record<CheckpointFile, Uint8Array> = {
    'model.safetensors': encodeSafetensors(model, metadata),
    'trainer.safetensors': encodeSafetensors(trainer, metadata),
    'trainer.json': Buffer.from(formatState(state, target)),
  }
  await writeVerified(target, files)
  await removeUnfinished(run, state.batch === 0 ? undefined : basename(target))
  return target
}

/** Removes the checkpoints within an epoch, but for one. */
export async function removeUnfinished(run: string, except?: string): Promise<void> {
  const parent = runPaths(run).unfinished
  const names = await readdir(parent).catch(() => [])
  for (const name of names) if (name !== except) await removeAtomic(join(parent, name))
  if (except === undefined) await rmdir(parent).catch(() => undefined)
}

/** The keys in the order of the schema, whatever the order in memory: the same state has the same bytes. */
function formatState(state: Checkpoint['state'], target: string): string {
  const result = trainerStateSchema.safeParse(state)
  if (!result.success) throw notFinite(target, `${result.error.issues[0].path.join('.')} of trainer.json`)
  return `${JSON.stringify(result.data, null, 2)}\n`
}
