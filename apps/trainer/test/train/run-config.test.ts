import { beforeAll, expect, test } from 'vitest'
import { parseConfig } from '../../src/config/config.ts'
import { makeRunConfig } from '../../src/train/run-config.ts'
import { readTrainingData, type TrainingData } from '../../src/train/training-data.ts'
import { smallConfig, writeProcessedPhantom } from '../processed-phantom.ts'

let config: ReturnType<typeof parseConfig>
let data: TrainingData
beforeAll(async () => {
  config = parseConfig({ ...smallConfig, data: await writeProcessedPhantom() })
  data = await readTrainingData(config)
})

test('config.json has a hash of the processed images of train and val, whatever their order', () => {
  const hashOf = (changes: Partial<TrainingData>) => makeRunConfig(config, { ...data, ...changes }).data.imagesSha256
  const [first, ...rest] = data.val
  const madeAnew = { ...first, sha256: 'ab'.repeat(32) }
  expect(hashOf({})).toMatch(/^[0-9a-f]{64}$/)
  expect(hashOf({ train: data.train.toReversed(), val: [...rest, first] })).toBe(hashOf({}))
  expect(hashOf({ val: [madeAnew, ...rest] })).not.toBe(hashOf({}))
})
