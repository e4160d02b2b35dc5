/** wandb.json of a run: under which id Weights & Biases has it, and since when. */
import { randomBytes } from 'node:crypto'
import { existsSync } from 'node:fs'
import { readInputFile, writeJsonAtomic } from '@mammokit/atomic-files'
import { z } from 'zod'
import { parseRunJson } from '../parse-run-json.ts'
import { runPaths } from '../run-paths.ts'

const wandbRunSchema = z.object({
  /** Eight letters and digits, as wandb makes them. */
  id: z.string().regex(/^[\w-]+$/),
  startedAt: z.iso.datetime(),
})

/** What Weights & Biases knows a run by. */
export type WandbRun = Readonly<z.output<typeof wandbRunSchema>>

/**
 * Reads wandb.json, or writes a new one: a run keeps its id for good.
 *
 * @throws TrainingRunError file-invalid; FileError cannot-write
 */
export async function openWandbRun(run: string): Promise<WandbRun> {
  const path = runPaths(run).wandb
  if (existsSync(path)) {
    const text = await readInputFile(path, 'Remove it for a new run at Weights & Biases.')
    return parseRunJson(wandbRunSchema, text.toString('utf8'), path)
  }
  const id = [...randomBytes(8)].map((byte) => (byte % 36).toString(36)).join('')
  const made = { id, startedAt: new Date().toISOString() }
  await writeJsonAtomic(path, made)
  return made
}
