import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { decodeSafetensors } from '@mammokit/safetensors'
import { parseRunJson } from '../parse-run-json.ts'
import { trainerStateSchema } from '../schema/trainer-state.ts'
import { type Checkpoint, type CheckpointFile, checkpointFiles } from './checkpoint.ts'
import { checksumsFileName, parseChecksums, sha256 } from './checksums.ts'

/** A file of a checkpoint that is not as it was written, and why: `'... has SHA-256 ab12, not cd34'`. */
export interface CheckpointFault {
  readonly path: string
  readonly fault: string
  /** Whether the file is not there at all. */
  readonly isMissing: boolean
}

export type ReadResult<Value> = { readonly value: Value } | CheckpointFault

/** Reads the checkpoint in a folder, or says what is wrong with it. */
export async function readCheckpoint(folder: string): Promise<ReadResult<Checkpoint>> {
  const files = await readVerified(folder, checkpointFiles)
  if (!('value' in files)) return files
  const [model, trainer, state] = checkpointFiles.map((name) => files.value[name])
  let file: CheckpointFile = 'model.safetensors'
  try {
    const tensors = decodeSafetensors(model).tensors
    file = 'trainer.safetensors'
    const trainerTensors = decodeSafetensors(trainer).tensors
    file = 'trainer.json'
    const text = Buffer.from(state).toString('utf8')
    const path = join(folder, file)
    return { value: { state: parseRunJson(trainerStateSchema, text, path), model: tensors, trainer: trainerTensors } }
  } catch (error) {
    return { path: join(folder, file), fault: `cannot be read: ${(error as Error).message}`, isMissing: false }
  }
}

/** Reads files of a checkpoint and compares them with their checksums; one that an earlier version wrote has none. */
export async function readVerified<Name extends CheckpointFile>(
  folder: string,
  names: readonly Name[],
): Promise<ReadResult<Record<Name, Buffer>>> {
  const files = {} as Record<Name, Buffer>
  for (const name of names) {
    const bytes = await readIfThere(join(folder, name))
    if (!('value' in bytes)) return bytes
    files[name] = bytes.value
  }
  const path = join(folder, checksumsFileName)
  const text = await readIfThere(path)
  if (!('value' in text)) return text.isMissing ? { value: files } : text
  const checksums = parseChecksums(text.value.toString('utf8'))
  if (checksums === undefined) return { path, fault: 'is not as it was written', isMissing: false }
  for (const name of names) {
    const [expected, received] = [checksums.get(name), sha256(files[name])]
    if (expected === received) continue
    const short = [received, expected ?? 'none'].map((hash) => hash.slice(0, 16))
    return { path: join(folder, name), fault: `has SHA-256 ${short[0]}, not ${short[1]}`, isMissing: false }
  }
  return { value: files }
}

async function readIfThere(path: string): Promise<ReadResult<Buffer>> {
  try {
    return { value: await readFile(path) }
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException
    return { path, fault: `cannot be read (${code})`, isMissing: code === 'ENOENT' }
  }
}
