/** A data folder of eight synthetic patients at 64x32, split, and the network that is small enough for them. */
import { join } from 'node:path'
import type { ConfigInput } from '../src/config/config.ts'
import { parseConfig } from '../src/config/config.ts'
import { extractRois } from '../src/extract-rois/extract-rois.ts'
import { phantom } from '../src/phantom/phantom.ts'
import { split } from '../src/split/split.ts'
import { temporaryFolder } from './temporary-folder.ts'

export const smallConfig = {
  workers: 1,
  threads: 1,
  phantom: { patients: 8, prevalence: 0.5, height: 128 },
  image: { height: 64, width: 32 },
  split: { folds: 2, testFraction: 0.2, validationFraction: 0.3 },
  model: { layers: [1, 1, 1, 1], channels: [8, 16, 16, 32], cardinality: 2, baseWidth: 8, stemWidth: 8 },
  training: { batchSize: 4, epochs: 3, lr: 1e-3, logEvery: 2 },
} satisfies ConfigInput

/** Writes, extracts and splits; returns the folder. */
export async function writeProcessedPhantom(): Promise<string> {
  const data = temporaryFolder()
  const config = parseConfig({ ...smallConfig, data })
  await phantom(config)
  await extractRois(config)
  await split(config)
  return data
}

/** A folder for a run that does not exist yet. */
export function newRun(): string {
  return join(temporaryFolder(), 'run')
}
