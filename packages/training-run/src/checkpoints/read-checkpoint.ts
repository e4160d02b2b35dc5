import { join } from 'node:path'
import { decodeSafetensors } from '@mammokit/safetensors'
import { parseRunJson } from '../parse-run-json.ts'
import { trainerStateSchema } from '../schema/trainer-state.ts'
import { type Checkpoint, type CheckpointFile, checkpointFiles } from './checkpoint.ts'
import { type ReadResult, readVerified } from './verified-folder.ts'

/** Reads the checkpoint in a folder, or says what is wrong with it. @throws FileError cannot-read */
export async function readCheckpoint(folder: string): Promise<ReadResult<Checkpoint>> {
  const files = await readVerified(folder, checkpointFiles)
  if (!('value' in files)) return files
  const [model, trainer, state] = checkpointFiles.map((name) => files.value[name].bytes)
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
