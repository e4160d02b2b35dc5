/** The whole family at full size, compiled, against timm: packages/seresnext/test/fixtures/README.md says how the logits were made. */
import { readFileSync } from 'node:fs'
import { createModel, type ModelName, modelNames } from '@mammokit/seresnext'
import { batchNormTraining, compile, groupedConv2d } from '@mammokit/tfjs-onnxruntime'
import '@tensorflow/tfjs-backend-cpu'
import * as tf from '@tensorflow/tfjs-core'
import { beforeAll, describe, expect, it } from 'vitest'
import { gateShare } from '../../../../packages/seresnext/test/gate-share.ts'
import { hashed, hashedImages, hashedState } from '../../../../packages/seresnext/test/hashed-weights.ts'

interface Recorded {
  readonly images: [count: number, height: number, width: number]
  readonly evalFloat64: number[][]
  readonly stages: { readonly norm: number; readonly projections: number[] }[]
}

const fixture = new URL('../../../../packages/seresnext/test/fixtures/seresnext-family.json', import.meta.url)
const { variants } = JSON.parse(readFileSync(fixture, 'utf8')) as { variants: Record<ModelName, { full: Recorded }> }

/** Networks of 101 layers have up to 93 million weights: FULL_FAMILY=1 takes them too. */
const names = modelNames.filter((name) => process.env.FULL_FAMILY === '1' || !name.includes('101'))

beforeAll(async () => {
  tf.enableProdMode()
  await tf.setBackend('cpu')
})

describe('the SE-ResNeXt family at full size, compiled', () => {
  it.each(gateShare(names, 3))("%s matches timm's logits and stage outputs, 1e-4 relative", async (name) => {
    const { images, evalFloat64, stages } = variants[name].full
    const model = createModel(name, { ops: { groupedConv2d, batchNormTraining, maxPool: tf.maxPool } })
    model.loadStateDict(hashedState(model.stateDict()))
    const options = { training: false }
    const forward = await compile(
      (x: tf.Tensor4D) => {
        const outputs = model.forwardIntermediates(x, options)
        return [model.forwardHead(outputs[4], options), ...outputs.map((output) => tf.transpose(output, [0, 3, 1, 2]))]
      },
      [{ shape: [...images, 1] }],
      { freezeVariables: true },
    )
    const [logits, ...outputs] = await forward.run(hashedImages('images.0', ...images))
    await forward.dispose()
    model.dispose()
    const [expected] = evalFloat64[0]
    expect(Math.abs((logits.data[0] as number) - expected)).toBeLessThanOrEqual(1e-4 * Math.abs(expected))
    outputs.forEach(({ data }, stage) => {
      const { norm, projections } = stages[stage]
      for (const [k, projection] of projections.entries()) {
        const vector = hashed(`stage${stage}.probe${k}`, data.length)
        const ours = (data as Float32Array).reduce((sum, value, index) => sum + value * (2 * vector[index] - 1), 0)
        expect(Math.abs(ours - projection), `stage ${stage}`).toBeLessThan(1e-4 * norm)
      }
    })
  })
})
