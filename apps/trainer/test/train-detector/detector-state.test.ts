import { readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import '@tensorflow/tfjs-backend-cpu'
import * as tf from '@tensorflow/tfjs-core'
import { beforeAll, expect, test } from 'vitest'
import { parseConfig } from '../../src/config.ts'
import { createDetectorState } from '../../src/train-detector/detector-state.ts'
import { temporaryFolder } from '../temporary-folder.ts'

beforeAll(async () => {
  tf.enableProdMode() // without it tfjs prints advice
  await tf.setBackend('cpu')
})

const { detector } = parseConfig({ detector: { width: 0.03125, depth: 0.1 } })
const stem = 'model.0.conv.weight'

test('weights to start from are the average of an earlier run, for the network and its average', async () => {
  const folder = temporaryFolder()
  const path = join(folder, 'detector.safetensors')
  const first = createDetectorState(detector, null)
  first.average.variables.get(stem)?.assign(tf.fill([6, 6, 1, 8], 0.25))
  await first.save(path, 5)
  first.dispose()

  const second = createDetectorState({ ...detector, seed: 14 }, await readFile(path))
  for (const { variables } of [second.network, second.average]) {
    expect(new Set(variables.get(stem)?.dataSync())).toEqual(new Set([0.25]))
  }
  await expect(second.restore(path)).rejects.toMatchObject({ code: 'run-differs', details: { key: 'detector.seed' } })
  await expect(second.restore(path)).rejects.toThrow(
    `Expected detector.seed 13 for ${path}, which was begun with it, but received 14. Continue with --set 'detector.seed=13', or start another run with --run ${folder}-2.`,
  )
  await second.save(path, 7)
  expect(await second.restore(path)).toBe(7)
  expect(await second.restore(join(folder, 'nothing'))).toBe(0)
  const bytes = await readFile(path)
  bytes[bytes.length - 1] ^= 1
  await writeFile(path, bytes)
  await expect(second.restore(path)).rejects.toThrow(
    `Expected ${path} as training wrote it but received another file: its SHA-256 is another. Restore it, or remove it to start anew.`,
  )
  await writeFile(path, bytes.subarray(0, 100))
  await expect(second.restore(path)).rejects.toMatchObject({ code: 'input-invalid', details: { path } })
  second.dispose()
})
