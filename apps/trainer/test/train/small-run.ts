/** Runs of the small network on the synthetic patients, and what lies in their folders. */
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { decodeSafetensors } from '@mammokit/safetensors'
import { type Config, type ConfigInput, parseConfig } from '../../src/config/config.ts'
import { newRun, smallConfig } from '../processed-phantom.ts'

/** The small configuration for a new run on `data`, with changes. */
export function smallRun(data: string, changes: ConfigInput & { training?: object } = {}): Config {
  const training = { ...smallConfig.training, ...changes.training }
  return parseConfig({ ...smallConfig, data, run: newRun(), ...changes, training })
}

export function readWeights(run: string, epoch: string): ReturnType<typeof decodeSafetensors> {
  return decodeSafetensors(readFileSync(join(run, `checkpoints/${epoch}/model.safetensors`)))
}

/** Every file of a checkpoint in base64: model, trainer, state, checksums. */
export function checkpointBytes(run: string, epoch: string): string[] {
  return ['model.safetensors', 'trainer.safetensors', 'trainer.json', 'SHA256SUMS'].map((name) =>
    readFileSync(join(run, 'checkpoints', epoch, name)).toString('base64'),
  )
}
