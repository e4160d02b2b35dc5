import { decodeSafetensors } from '@mammokit/safetensors'
import { createSeResNeXt } from '@mammokit/seresnext'
import type { RunConfig } from '@mammokit/training-run'
import * as tf from '@tensorflow/tfjs-core'
import { expect, it } from 'vitest'
import { timmFiles } from '../../src/export/timm-files.ts'
import { tinyImage, tinyModel } from '../tiny-run.ts'

const configOf = (model: object) => ({ model, image: tinyImage, preprocessHash: 'ab' }) as unknown as RunConfig
const deep = { ...tinyModel, stemType: 'deep' as const }

it('has the weights under their names, the arguments of timm, and an example of ten lines', () => {
  tf.enableProdMode() // without it tfjs prints advice
  const network = createSeResNeXt(deep, { seed: 1, scope: 'timm-files' })
  const weights = network.stateDict()
  network.dispose()
  const files = timmFiles(configOf(deep), weights)
  const { tensors, metadata } = decodeSafetensors(files['model.safetensors'])
  expect([...tensors.keys()].sort()).toEqual([...weights.keys()].sort())
  expect(metadata).toEqual({ format: 'pt' })
  expect(JSON.parse(files['config.json'])).toMatchObject({
    model_args: {
      layers: [1, 1, 1, 1],
      channels: [8, 16, 16, 16],
      cardinality: 2,
      base_width: 16,
      stem_type: 'deep',
      stem_width: 8,
      in_chans: 1,
      num_classes: 1,
      global_pool: 'avg',
      block_args: { attn_layer: 'se' },
    },
    image: { mean: 0.449, std: 0.226 },
  })
  expect(files['example.py'].split('\n').filter((line) => line !== '')).toHaveLength(10)
})

it.each([
  ['a plain stem of 8 channels', tinyModel],
  ['the legacy family', { ...tinyModel, family: 'legacy' }],
  ['blur pooling', { ...deep, antiAlias: 'blur' }],
  ['generalized-mean pooling', { ...deep, globalPool: 'gem' }],
  ['a pool of the highest places', { ...deep, globalPool: { places: 3, window: 2 } }],
  ['a normalization of its input', { ...deep, inputNormalization: { window: 9, air: 0.02, floor: 0.02 } }],
  ['3 stages', { ...deep, layers: [1, 1, 1], channels: [8, 16, 16] }],
  ['a fusion of the views', { ...deep, fusion: 'mean' }],
])('refuses %s, which timm does not have', (what, model) => {
  expect(() => timmFiles(configOf(model), new Map())).toThrow(what)
})
