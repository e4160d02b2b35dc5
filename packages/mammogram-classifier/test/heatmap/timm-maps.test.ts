import { mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, describe, expect, it } from 'vitest'
import { type Classifier, type MapMethod, openClassifier } from '../../src/index.ts'
import { exampleImage, exampleImages, exampleModel, exampleWeights } from './example-network.ts'

interface Golden {
  readonly logits: Record<Pool, readonly number[]>
  readonly maps: readonly {
    readonly pool: Pool
    readonly method: MapMethod
    readonly stage: number
    readonly shape: readonly [number, number, number]
    readonly values: readonly number[]
  }[]
}
type Pool = 'avg' | 'max' | 'gem'

const folder = process.env.HEATMAPS
const classifiers = new Map<Pool, Promise<Classifier>>()
afterAll(async () => {
  for (const classifier of classifiers.values()) await (await classifier).dispose()
})

if (folder) writeForRecorder(folder)
const golden: Golden = JSON.parse(readFileSync(join(import.meta.dirname, '../fixtures/heatmaps.json'), 'utf8'))

describe('explain', () => {
  it.each(golden.maps)(
    "matches PyTorch's $method of stage $stage after $pool pooling, 1e-3 of the largest",
    async ({ pool, method, stage, shape, values }) => {
      const found = await (await open(pool)).explain(exampleImages, { method, stage })
      const largest = values.reduce((a, b) => Math.max(a, Math.abs(b)), 0)
      const cells = shape[1] * shape[2]
      found.forEach(({ logit, map }, image) => {
        expect([map.height, map.width]).toEqual(shape.slice(1))
        expect(Math.abs(logit - golden.logits[pool][image]!)).toBeLessThanOrEqual(1e-4 * Math.abs(logit))
        map.data.forEach((value, cell) => {
          expect(Math.abs(value - values[image * cells + cell]!)).toBeLessThanOrEqual(1e-3 * largest)
        })
      })
    },
  )
})

function open(pool: Pool): Promise<Classifier> {
  const model = { ...exampleModel, globalPool: pool }
  if (!classifiers.has(pool)) {
    classifiers.set(
      pool,
      openClassifier({ model, image: exampleImage }, { threads: 1, batchSize: 2 }).then(async (classifier) => {
        await classifier.load(exampleWeights(model))
        return classifier
      }),
    )
  }
  return classifiers.get(pool)!
}

/** HEATMAPS=folder writes there what the recorder reads: the network, its weights in PyTorch's layout, the images. */
function writeForRecorder(target: string): void {
  const state = [...exampleWeights({ ...exampleModel, globalPool: 'gem' })]
  const shapes = Object.fromEntries(state.map(([name, { shape }]) => [name, shape]))
  mkdirSync(target, { recursive: true })
  writeFileSync(join(target, 'network.json'), JSON.stringify({ model: exampleModel, image: exampleImage, shapes }))
  writeFileSync(join(target, 'weights.f32'), Buffer.concat(state.map(([, { data }]) => bytesOf(data as Float32Array))))
  writeFileSync(join(target, 'images.u16'), Buffer.concat(exampleImages.map(({ data }) => bytesOf(data))))
}

function bytesOf({ buffer, byteOffset, byteLength }: Float32Array | Uint16Array): Uint8Array {
  return new Uint8Array(buffer, byteOffset, byteLength)
}
