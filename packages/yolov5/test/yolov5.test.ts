import * as tf from '@tensorflow/tfjs'
import { afterEach, beforeAll, describe, expect, it } from 'vitest'
import { createYolov5, decodeHeads, type Yolov5, Yolov5Error } from '../src/index.ts'
import { expectProbe, golden } from './golden.ts'
import { hashedImages, hashedState } from './hashed-weights.ts'

let model: Yolov5 | undefined

beforeAll(async () => {
  tf.enableProdMode()
  await tf.setBackend('cpu')
})

afterEach(() => model?.dispose())

const tiny = { widthMultiple: 1 / 32 }
const images = () => tf.tensor4d(hashedImages('images', ...golden.images), [...golden.images, 1])

function hashedModel(): Yolov5 {
  model = createYolov5(golden.config)
  model.loadStateDict(hashedState(model.stateDict()))
  return model
}

describe('createYolov5', () => {
  it("has YOLOv5's tensor names and shapes", () => {
    model = createYolov5(golden.config)
    const ours = Object.fromEntries([...model.stateDict()].map(([name, { shape }]) => [name, shape]))
    const names = Object.entries(golden.parameters).filter(([name]) => !name.endsWith('num_batches_tracked'))
    expect(ours).toEqual(Object.fromEntries(names))
  })

  it('is nano by default: 1,765,270 weights for three channels and one class, as published, less the channels', () => {
    model = createYolov5({ inChannels: 3 })
    const count = model.trainableVariables.reduce((sum, variable) => sum + variable.size, 0)
    expect(count).toBe(1_765_270)
  })

  it("matches PyTorch's heads and boxes in eval mode, 1e-4 relative", () => {
    const heads = hashedModel().forward(images(), { training: false })
    heads.forEach((head, i) => {
      expectProbe(head.dataSync(), `head${i}`, golden.heads[i], 1e-4)
    })
    const boxes = decodeHeads(heads, golden.config)
    expectProbe(boxes.dataSync(), 'decoded', golden.decoded, 1e-4)
    const rows = (boxes.arraySync()[0] as number[][]).filter((_, i) => i % 16 === 0)
    rows.flat().forEach((value, i) => {
      expect(Math.abs(value - golden.firstBoxes.flat()[i])).toBeLessThan(1e-2)
    })
  })

  it('leaves the running statistics alone in eval mode', () => {
    model = createYolov5(tiny)
    model.forward(tf.ones([1, 32, 64, 1]), { training: false })
    expect([...(model.variables.get('model.0.bn.running_mean')?.dataSync() ?? [])]).toEqual(Array(8).fill(0))
  })

  it('makes the same weights of the same seed, others of another', () => {
    const weights = (seed: number) => {
      const made = createYolov5(tiny, { seed, scope: `seed${seed}` })
      const values = made.variables.get('model.9.cv1.conv.weight')?.dataSync()
      made.dispose()
      return values
    }
    expect(weights(1)).toEqual(weights(1))
    expect(weights(1)).not.toEqual(weights(2))
  })

  it('begins with rare objects: sigmoid(objectness) below 0.05 everywhere', () => {
    model = createYolov5(tiny)
    const boxes = decodeHeads(
      model.forward(tf.randomUniform([1, 64, 64, 1], 0, 1, 'float32', 1), { training: false }),
      model.config,
    )
    expect(tf.max(tf.slice(boxes, [0, 0, 4], [1, -1, 1])).dataSync()[0]).toBeLessThan(0.05)
  })

  it('leaves no tensors behind', () => {
    model = createYolov5(tiny)
    const before = tf.memory().numTensors
    tf.dispose(model.forward(tf.zeros([1, 32, 32, 1]), { training: false }))
    expect(tf.memory().numTensors - before).toBe(1) // the images
    model.dispose()
    model = undefined
  })

  it.each([
    [{ widthMultiple: 0 }, 'invalid-config'],
    [{ depthMultiple: 5 }, 'invalid-config'],
    [{ numClasses: 1.5 }, 'invalid-config'],
    [
      {
        anchors: [
          [1, 2],
          [3, 4],
        ],
      },
      'invalid-config',
    ],
    [{ width: 1 }, 'invalid-config'],
  ])('refuses the configuration %j', (config, code) => {
    expect(() => createYolov5(config as never)).toThrow(expect.objectContaining({ code }))
  })

  it('refuses images of other sizes, a state of other shapes, and a name in use', () => {
    model = createYolov5(tiny)
    const net = model
    expect(() => net.forward(tf.zeros([1, 32, 40, 1]), { training: false })).toThrow(
      /multiples of 32.*\[1, 32, 40, 1\]/,
    )
    const state = new Map(net.stateDict())
    state.set('model.0.bn.bias', { dtype: 'F32', shape: [2], data: new Float32Array(2) })
    expect(() => net.loadStateDict(state)).toThrow(/Expected \[8\] for model.0.bn.bias but received \[2\]/)
    state.delete('model.0.bn.bias')
    expect(() => net.loadStateDict(state)).toThrow(Yolov5Error)
    expect(net.loadStateDict(state, { strict: false }).missing).toEqual(['model.0.bn.bias'])
    expect(() => createYolov5(tiny)).toThrow(expect.objectContaining({ code: 'name-in-use' }))
  })
})
