import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { removeAtomic } from '@mammokit/atomic-files'
import { runPaths } from '../run-paths.ts'
import { trainerStateSchema, type ValidationMetrics } from '../schema/trainer-state.ts'
import { listEpochs } from './list-epochs.ts'

/**
 * Removes the checkpoints of all epochs but the last and the best ones, and returns the epochs that it removed; of equal scores the
 * earlier epoch stays. Only the owner of a run may do this.
 *
 * @param keepBest how many of the best stay, beside the last; what cannot be read counts among them
 * @param scoreOf of an epoch's validation, higher is better; NaN is the worst
 * @throws TrainingRunError no-checkpoints; FileError cannot-remove
 */
export async function pruneEpochs(
  run: string,
  keepBest: number,
  scoreOf: (validation: ValidationMetrics) => number,
): Promise<number[]> {
  const epochs = await listEpochs(run)
  const scored = await Promise.all(
    epochs.map(async (epoch) => ({ epoch, score: await readScore(run, epoch, scoreOf) })),
  )
  const ranked = scored.toSorted((a, b) => b.score - a.score || a.epoch - b.epoch)
  const kept = new Set([...ranked.slice(0, keepBest).map(({ epoch }) => epoch), epochs.at(-1)])
  const removed = epochs.filter((epoch) => !kept.has(epoch))
  for (const epoch of removed) await removeAtomic(folderOf(run, epoch))
  return removed
}

const folderOf = (run: string, epoch: number) => join(runPaths(run).weights(epoch), '..')

async function readScore(
  run: string,
  epoch: number,
  scoreOf: (validation: ValidationMetrics) => number,
): Promise<number> {
  try {
    const { validation } = trainerStateSchema.parse(
      JSON.parse(await readFile(join(folderOf(run, epoch), 'trainer.json'), 'utf8')),
    )
    const score = validation === null ? Number.NaN : scoreOf(validation)
    return Number.isNaN(score) ? Number.NEGATIVE_INFINITY : score
  } catch {
    // What cannot be read is not removed: it may be mended.
    return Number.POSITIVE_INFINITY
  }
}
