import * as tf from '@tensorflow/tfjs-core'
import { describe, expect, it } from 'vitest'
import { prepareEager } from '../src/eager.ts'
import { openEngine, type TensorEngine } from '../src/index.ts'

/** A step of gradient descent on (w x - y)^2, and its loss before the step. */
function createStep() {
  const weight = tf.variable(tf.tensor1d([0.5, -1]))
  const step = (x: tf.Tensor, y: tf.Tensor, learningRate: tf.Tensor) => {
    const { value, grads } = tf.variableGrads(() => tf.mean(tf.square(tf.sub(tf.mul(weight, x), y))), [weight])
    weight.assign(tf.sub(weight, tf.mul(learningRate, grads[weight.name])))
    return [value]
  }
  return { weight, step }
}
const shapes = [[2], [2], []]
const inputs = [Float32Array.of(1, 2), Float32Array.of(3, 1), Float32Array.of(0.1)]

describe('openEngine', () => {
  it('trains the same compiled and eagerly: loss and weights within 1e-6 over five steps', async () => {
    const engine = await openEngine('onnxruntime', { threads: 1 })
    const found: number[][] = []
    const ways: TensorEngine['prepare'][] = [engine.prepare, async (fn, given) => prepareEager(fn, given)]
    for (const prepare of ways) {
      const { weight, step } = createStep()
      const prepared = await prepare(step, shapes)
      const losses: number[] = []
      for (let i = 0; i < 5; i++) losses.push((await prepared.run(...inputs))[0][0])
      await prepared.download()
      found.push([...losses, ...weight.dataSync()])
      await prepared.dispose()
      weight.dispose()
    }
    found[0].forEach((value, i) => {
      expect(Math.abs(value - found[1][i])).toBeLessThan(1e-6)
    })
    expect(found[0][4]).toBeLessThan(found[0][0])
  })

  it('keeps the weights of a frozen function as they were when it was prepared', async () => {
    const engine = await openEngine('onnxruntime', { threads: 1 })
    const weight = tf.variable(tf.tensor1d([2]))
    const frozen = await engine.prepare((x) => [tf.mul(x, weight)], [[1]], { freezeVariables: true })
    const compiled = await engine.prepare((x) => [tf.mul(x, weight)], [[1]])
    weight.assign(tf.tensor1d([3]))
    const run = async (prepared: typeof frozen) => (await prepared.run(Float32Array.of(5)))[0][0]
    expect([await run(frozen), await run(compiled)]).toEqual([10, 15])
    for (const each of [frozen, compiled]) await each.dispose()
    weight.dispose()
  })

  it('refuses an option of prepare that does not exist, by name', async () => {
    const engine = await openEngine('onnxruntime', { threads: 1 })
    await expect(engine.prepare((x) => [x], [[1]], { freeze: true } as never)).rejects.toMatchObject({
      code: 'bad-option',
      message:
        'Expected freezeVariables, seed or precision for an option of prepare but received freeze. Correct the name.',
    })
  })

  it('takes a precision, and refuses one that does not exist', async () => {
    const engine = await openEngine('onnxruntime', { threads: 1 })
    const multiply = (x: tf.Tensor, y: tf.Tensor) => [tf.matMul(x as tf.Tensor2D, y as tf.Tensor2D)]
    const half = await engine.prepare(
      multiply,
      [
        [1, 1],
        [1, 1],
      ],
      { precision: 'float16' },
    )
    expect(Array.from((await half.run(Float32Array.of(3), Float32Array.of(2)))[0])).toEqual([6])
    await half.dispose()
    await expect(
      engine.prepare(
        multiply,
        [
          [1, 1],
          [1, 1],
        ],
        { precision: 'half' } as never,
      ),
    ).rejects.toMatchObject({
      code: 'bad-option',
      message: 'Expected float32 or float16 for the precision of the engine onnxruntime on cpu but received half.',
    })
    await expect(engine.prepare((x) => [x], [[1]], { precision: 'bfloat16' })).rejects.toMatchObject({
      code: 'bad-option',
      message: 'Expected float32 or float16 for the precision of the engine onnxruntime on cpu but received bfloat16.',
    })
  })

  it('refuses float16 on openvino', async (context) => {
    const engine = await openEngine('onnxruntime', { threads: 1, device: 'openvino' }).catch((error) => {
      if (error.code !== 'device-unavailable') throw error
      context.skip(error.message)
    })
    await expect(engine!.prepare((x) => [x], [[1]], { precision: 'float16' })).rejects.toMatchObject({
      name: 'TensorEngineError',
      code: 'bad-option',
      message:
        'Expected float32 or bfloat16 for the precision of the engine onnxruntime on openvino but received float16.',
    })
  })

  it('has no device that the platform lacks, and says which it has', async () => {
    const device = process.platform === 'win32' ? 'coreml' : 'dml'
    await expect(openEngine('onnxruntime', { device })).rejects.toMatchObject({
      code: 'device-unavailable',
      message: expect.stringMatching(
        new RegExp(
          `^Expected a device for ${device} but received: onnxruntime-node on .* and not ${device}\\. Use device cpu\\.$`,
        ),
      ),
    })
  })

  it('leaves variables and captured tensors alive that the function returns, compiled or eagerly', async () => {
    const engine = await openEngine('onnxruntime', { threads: 1 })
    const total = tf.variable(tf.tensor1d([1]))
    const captured = tf.tensor1d([7])
    const step = (x: tf.Tensor) => {
      total.assign(tf.add(total, x))
      return [total, captured]
    }
    let expected = 1
    for (const prepared of [await engine.prepare(step, [[1]]), prepareEager(step, [[1]])]) {
      for (let run = 0; run < 2; run++)
        expect((await prepared.run(Float32Array.of(1))).map(([value]) => value)).toEqual([++expected, 7])
      await prepared.download()
      await prepared.dispose()
    }
    expect(total.dataSync()[0]).toBe(expected)
    tf.dispose([total, captured])
  })

  it('leaves no tensor behind, whether it ran compiled or eagerly', async () => {
    const engine = await openEngine('onnxruntime', { threads: 1 })
    const { weight, step } = createStep()
    const { numTensors } = tf.memory()
    for (const prepared of [await engine.prepare(step, shapes), prepareEager(step, shapes)]) {
      await prepared.run(...inputs)
      await prepared.dispose()
      expect(tf.memory().numTensors).toBe(numTensors)
    }
    weight.dispose()
  })

  it.each([
    ['torch', {}, 'Expected one of onnxruntime, tensorflow, tensorflow-gpu for the engine but received torch.'],
    ['onnxruntime', { threads: 0 }, 'Expected a whole number of at least 1 for threads but received 0.'],
    [
      'onnxruntime',
      { thread: 2 },
      'Expected threads or device for an option of openEngine but received thread. Correct the name.',
    ],
    [
      'onnxruntime',
      { device: 'tpu' },
      'Expected one of cpu, webgpu, cuda, dml, coreml, openvino for device but received tpu.',
    ],
    ['tensorflow', { device: 'webgpu' }, 'Expected cpu with the engine tensorflow for device but received webgpu.'],
  ])('refuses %s %j by name', async (name, options, message) => {
    const opened = openEngine(name as 'onnxruntime', options as never)
    await expect(opened).rejects.toMatchObject({ name: 'TensorEngineError', code: 'bad-option', message })
  })

  it('draws the same random numbers in the same run of the same seed, from where seek goes on', async () => {
    const engine = await openEngine('onnxruntime', { threads: 1 })
    const draw = async (seed: number, runs: readonly number[]) => {
      const prepared = await engine.prepare((x) => [tf.mul(x, tf.randomUniform([8]))], [[8]], { seed })
      const drawn: string[] = []
      for (const run of runs) {
        prepared.seek(run)
        drawn.push((await prepared.run(new Float32Array(8).fill(1)))[0].join())
      }
      await prepared.dispose()
      return drawn
    }
    const [first, second] = await draw(13, [0, 1])
    expect(await draw(13, [1, 0])).toEqual([second, first])
    expect(second).not.toBe(first)
    expect(await draw(14, [0])).not.toEqual([first])
  })
})
