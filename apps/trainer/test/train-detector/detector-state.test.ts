import { readFile } from 'node:fs/promises'
import '@tensorflow/tfjs-backend-cpu'
import { saveStepCheckpoint } from '@mammokit/training-run'
import * as tf from '@tensorflow/tfjs-core'
import { beforeAll, expect, test } from 'vitest'
import { parseConfig } from '../../src/config/config.ts'
import { detectorFile } from '../../src/train-detector/detector-checkpoint.ts'
import { createDetectorState } from '../../src/train-detector/detector-state.ts'
import { temporaryFolder } from '../temporary-folder.ts'

beforeAll(async () => {
  tf.enableProdMode() // without it tfjs prints advice
  await tf.setBackend('cpu')
})

const { detector } = parseConfig({ detector: { width: 0.03125, depth: 0.1 } })
const stem = 'model.0.conv.weight'

test('weights to start from are the average of an earlier run, for the network and its average', async () => {
  const run = temporaryFolder()
  const first = createDetectorState(detector, null)
  first.average.variables.get(stem)?.assign(tf.fill([6, 6, 1, 8], 0.25))
  const path = await saveStepCheckpoint(run, detectorFile, first.checkpoint(5))
  first.dispose()

  const second = createDetectorState({ ...detector, seed: 14 }, await readFile(path))
  for (const { variables } of [second.network, second.average]) {
    expect(new Set(variables.get(stem)?.dataSync())).toEqual(new Set([0.25]))
  }
  second.dispose()
})

test('a checkpoint gives back weights, average and optimizer, and is refused with other settings', () => {
  const run = 'runs/detector'
  const first = createDetectorState(detector, null)
  first.network.variables.get(stem)?.assign(tf.fill([6, 6, 1, 8], 0.5))
  const checkpoint = { ...first.checkpoint(7), path: `${run}/checkpoints/step-7/${detectorFile}` }
  first.dispose()
  const second = createDetectorState(detector, null)
  second.restore(run, checkpoint)
  const { path: _, ...saved } = checkpoint
  expect(second.checkpoint(7)).toEqual(saved)
  second.dispose()

  const other = createDetectorState({ ...detector, seed: 14 }, null)
  expect(() => other.restore(run, checkpoint)).toThrow(expect.objectContaining({ code: 'run-differs' }))
  expect(() => other.restore(run, checkpoint)).toThrow(
    `Expected detector.seed 13 for ${checkpoint.path}, which was begun with it, but received 14. Continue with --option 'detector.seed=13', or start another run with --run ${run}-2.`,
  )
  other.dispose()
})
