/** The files that timm loaded with strict=True are byte for byte those that stateDict() gives, and the logits are timm's. */
import { createHash } from 'node:crypto'
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { encodeSafetensors } from '@mammokit/safetensors'
import * as tf from '@tensorflow/tfjs'
import { afterEach, beforeAll, expect, it } from 'vitest'
import { createSeResNeXt, modelConfig, type SeResNeXt, type SeResNeXtConfig } from '../src/index.ts'
import { hashedImages, hashedState } from './hashed-weights.ts'

interface Golden {
  readonly models: Readonly<
    Record<string, { readonly config: SeResNeXtConfig; readonly sha256: string; readonly logits: readonly number[] }>
  >
}

const narrow = { layers: [1, 2, 1, 1], channels: [16, 32, 64, 128], cardinality: 4, baseWidth: 16 }
const configs: Readonly<Record<string, Partial<SeResNeXtConfig>>> = {
  demo: {
    layers: [1, 1, 1, 1],
    channels: [16, 32, 64, 128],
    cardinality: 8,
    baseWidth: 16,
    stemType: 'deep',
    stemWidth: 8,
  },
  plain: { ...narrow, numClasses: 2, inChannels: 3 },
  tiered: { ...narrow, stemType: 'deep_tiered', stemWidth: 32, avgDown: true, antiAlias: 'blur', globalPool: 'max' },
  average: { ...narrow, stemType: 'deep', stemWidth: 8, avgDown: true, antiAlias: 'average' },
  resnext: { ...narrow, squeezeExcite: false, dropRate: 0.2, dropPathRate: 0.1 },
  resnet: { ...narrow, cardinality: 1, baseWidth: 64, stemWidth: 64, numClasses: 1000 },
  legacy: { ...modelConfig('legacy_seresnext50_32x4d'), layers: [1, 1, 1, 1] },
}

/** For the recorder: SERESNEXT_EXPORTS=folder vitest run test/timm-loads writes the files. */
const folder = process.env.SERESNEXT_EXPORTS

const fixture = new URL('./fixtures/timm-loads.json', import.meta.url)

let model: SeResNeXt | undefined

beforeAll(async () => {
  tf.enableProdMode()
  await tf.setBackend('cpu')
})

afterEach(() => model?.dispose())

it.each(Object.keys(configs))(
  'timm loads the state of %s with strict=True, and gives the same logits, 1e-4 relative',
  (name) => {
    model = createSeResNeXt(configs[name])
    model.loadStateDict(hashedState(model.stateDict()))
    const file = encodeSafetensors(model.stateDict())
    if (folder) {
      mkdirSync(folder, { recursive: true })
      writeFileSync(join(folder, `${name}.safetensors`), file)
      writeFileSync(join(folder, `${name}.json`), JSON.stringify(model.config))
      return
    }
    const golden = (JSON.parse(readFileSync(fixture, 'utf8')) as Golden).models[name]
    // Recorded before there was a normalization of the input, which timm lacks.
    expect(model.config).toEqual({ ...golden.config, inputNormalization: null })
    expect(createHash('sha256').update(file).digest('hex')).toBe(golden.sha256)
    const channels = Array.from({ length: model.config.inChannels }, (_, c) =>
      tf.tensor4d(hashedImages(`images.${c}`, 1, 64, 64), [1, 64, 64, 1]),
    )
    const logits = model.forward(tf.concat(channels, 3), { training: false }).dataSync()
    const largest = Math.max(...golden.logits.map(Math.abs))
    for (const [index, value] of golden.logits.entries()) {
      expect(Math.abs(logits[index] - value), `${index}`).toBeLessThanOrEqual(1e-4 * largest)
    }
  },
)
