import '@tensorflow/tfjs'
import * as tf from '@tensorflow/tfjs-core'
import { beforeAll, expect, it } from 'vitest'
import { createSeResNeXt } from '../src/index.ts'

beforeAll(async () => {
  tf.enableProdMode()
  await tf.setBackend('cpu')
})

it('wraps each block in recompute where the engine has it, in training only', () => {
  let blocks = 0
  const recompute = (block: (x: tf.Tensor4D) => tf.Tensor4D) => {
    blocks++
    return block
  }
  const config = { layers: [1, 2], channels: [16, 32], cardinality: 4 }
  const model = createSeResNeXt(config, { ops: { recompute } })
  const x = tf.ones<tf.Rank.R4>([2, 32, 32, 1])
  model.forward(x, { training: false })
  expect(blocks).toBe(0)
  model.forward(x, { training: true })
  expect(blocks).toBe(3)
  model.dispose()
})
