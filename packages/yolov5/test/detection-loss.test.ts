import * as tf from '@tensorflow/tfjs'
import { beforeAll, describe, expect, it } from 'vitest'
import { assignTargets, completeIou, createYolov5, detectionLoss, strides } from '../src/index.ts'
import { expectProbe, golden, goldenLabels } from './golden.ts'
import { hashedImages, hashedState } from './hashed-weights.ts'

const [count, height, width] = golden.images
const { anchors } = golden.config

beforeAll(async () => {
  tf.enableProdMode()
  await tf.setBackend('cpu')
})

const tensors = (targets: readonly Float32Array[]) =>
  targets.map((values, i) => tf.tensor(values, [count, height / strides[i], width / strides[i], 3, 6]))

describe('detectionLoss', () => {
  it('matches PyTorch: parts 1e-5, gradients of every parameter 1e-3, running statistics 1e-5 relative', () => {
    const model = createYolov5(golden.config, { scope: 'loss' })
    model.loadStateDict(hashedState(model.stateDict()))
    const images = tf.tensor4d(hashedImages('images', ...golden.images), [count, height, width, 1])
    const targets = tensors(assignTargets(goldenLabels, { height, width, anchors }))
    const parts: Record<string, tf.Scalar> = {}
    const { value, grads } = tf.variableGrads(() => {
      const { loss, ...rest } = detectionLoss(model.forward(images, { training: true }), targets, { anchors })
      for (const [name, part] of Object.entries(rest)) parts[name] = tf.keep(part)
      return loss
    }, [...model.trainableVariables])

    let sum = 0
    for (const [name, wanted] of Object.entries(golden.parts)) {
      expect(Math.abs(parts[name].dataSync()[0] / wanted - 1), name).toBeLessThan(1e-5)
      sum += wanted
    }
    expect(Math.abs(value.dataSync()[0] / sum - 1)).toBeLessThan(1e-5)
    for (const [name, wanted] of Object.entries(golden.gradients)) {
      expectProbe(pytorchOrder(grads[`loss/${name}`]), name, wanted, 1e-3)
    }
    const state = model.stateDict()
    for (const [name, wanted] of Object.entries(golden.running)) {
      expectProbe(state.get(name)?.data ?? [], name, wanted, 1e-5)
    }
    model.dispose()
  })

  it('is finite, with finite gradients, where no anchor answers', () => {
    const targets = tensors(assignTargets([[], []], { height, width, anchors }))
    const heads = strides.map((s) => tf.zeros<tf.Rank.R4>([count, height / s, width / s, 21]))
    const [first] = tf.grads((...xs: tf.Tensor[]) => detectionLoss(xs as tf.Tensor4D[], targets, { anchors }).loss)(
      heads,
    )
    expect(tf.max(tf.abs(first)).dataSync()[0]).toBeLessThan(1)
    const { box, class: classes } = detectionLoss(heads, targets, { anchors })
    expect([box.dataSync()[0], classes.dataSync()[0]]).toEqual([0, 0])
  })

  it('weighs its parts by the gains', () => {
    const targets = tensors(assignTargets(goldenLabels, { height, width, anchors }))
    const heads = strides.map((s) => tf.zeros<tf.Rank.R4>([count, height / s, width / s, 21]))
    const once = detectionLoss(heads, targets, { anchors })
    const twice = detectionLoss(heads, targets, { anchors, boxGain: 0.1, objectnessGain: 2, classGain: 1 })
    expect(twice.loss.dataSync()[0]).toBeCloseTo(2 * once.loss.dataSync()[0], 5)
  })
})

describe('completeIou', () => {
  it("matches PyTorch's values and gradients, 1e-5", () => {
    const { a, b, value, gradient } = golden.completeIou
    const second = tf.tensor2d(b)
    const ours = completeIou(tf.tensor2d(a), second).dataSync()
    value.forEach((wanted, i) => {
      expect(ours[i]).toBeCloseTo(wanted, 5)
    })
    const slope = tf
      .grad((x) => completeIou(x as tf.Tensor2D, second))(tf.tensor2d(a))
      .dataSync()
    gradient.flat().forEach((wanted, i) => {
      expect(slope[i]).toBeCloseTo(wanted, 4)
    })
  })

  it('is 1 for a box and itself', () => {
    const box = tf.tensor2d([[3, 4, 2, 5]])
    expect(completeIou(box, box).dataSync()[0]).toBeCloseTo(1, 5)
  })
})

/** A filter's gradient [kh, kw, in, out] as PyTorch's [out, in, kh, kw]. */
function pytorchOrder(gradient: tf.Tensor): ArrayLike<number> {
  return gradient.rank === 4 ? tf.transpose(gradient, [3, 2, 0, 1]).dataSync() : gradient.dataSync()
}
