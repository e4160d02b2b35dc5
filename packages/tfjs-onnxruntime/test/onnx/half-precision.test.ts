import * as tf from '@tensorflow/tfjs-core'
import type * as ort from 'onnxruntime-common'
import * as node from 'onnxruntime-node'
import { describe, expect, it } from 'vitest'
import { compile } from '../../src/index.ts'
import { toHalfPrecision } from '../../src/onnx/half-precision.ts'
import { prepareGraph } from '../../src/prepare-graph.ts'
import { useJavaScriptBackend } from '../compare.ts'
import { createTraining, imagesOf, specs, targets } from './half-training.ts'

useJavaScriptBackend()

describe("compile with precision 'float16'", () => {
  it('skips a step that overflows, whole, and takes the next with half the scale', async () => {
    const { step, variables, scaler } = createTraining()
    scaler.restore({ scale: 2 ** 40, streak: 0, skipped: 0 })
    const compiled = await compile(step, specs, { precision: 'float16' })
    const before = variables.map((variable) => variable.dataSync().slice())
    const { allFinite, loss } = await compiled.run(imagesOf(), targets)
    expect({ allFinite: allFinite.data[0], loss: Number.isFinite(loss.data[0]) }).toEqual({
      allFinite: 0,
      loss: true,
    })
    expect(variables.map((variable) => variable.dataSync())).toEqual(before)
    expect(scaler.state()).toEqual({ scale: 2 ** 39, streak: 0, skipped: 1 })
    await compiled.dispose()
  })

  it('computes products in half precision, and sums, statistics, losses and updates in float32', () => {
    const { step } = createTraining()
    const prepared = prepareGraph(step as never, specs, {
      freezeVariables: false,
      portable: true,
      updatesOnHost: false,
    })
    const { graph } = toHalfPrecision(prepared.graph)
    const half = new Set<unknown>()
    const found = new Map<string, Set<string>>()
    for (const { op, inputs, outputs, attributes } of graph.nodes) {
      const isHalf = op === 'Cast' ? attributes.to === 10 : inputs.some((value) => half.has(value))
      if (op === 'Cast' && attributes.to === 1) continue
      if (isHalf) for (const value of outputs) if (value.dtype === 'float32') half.add(value)
      found.set(op, (found.get(op) ?? new Set()).add(isHalf ? 'half' : 'full'))
    }
    const of = (op: string) => [...found.get(op)!].join()
    expect({ Conv: of('Conv'), MatMul: of('MatMul'), Relu: of('Relu') }).toEqual({
      Conv: 'half',
      MatMul: 'half',
      Relu: 'half',
    })
    for (const op of ['ReduceSum', 'ReduceMean', 'Sqrt', 'Softplus', 'Reciprocal']) expect(of(op), op).toBe('full')
    // All outputs are float32.
    expect(graph.outputs.filter((value) => half.has(value))).toEqual([])
  })

  it('leaves products of more terms than a provider should sum in half precision to float32', () => {
    const multiply = (a: tf.Tensor2D, b: tf.Tensor2D) => tf.matMul(a, b)
    const { graph } = prepareGraph(multiply, [{ shape: [2, 600] }, { shape: [600, 2] }], {
      freezeVariables: false,
      portable: true,
      updatesOnHost: false,
    })
    const casts = (longestSum?: number) =>
      toHalfPrecision(graph, longestSum ? { longestSum } : {}).graph.nodes.filter(({ op }) => op === 'Cast').length
    expect([casts(), casts(600), casts(599)]).toEqual([3, 3, 0])
  })

  it('keeps a step function 0 or 1, whose slope half precision cannot hold', async () => {
    const same = tf.reshape(tf.eye(4), [1, 1, 4, 4]) as tf.Tensor4D
    const steps = (x: tf.Tensor4D) => tf.conv2d(tf.step(tf.conv2d(x, same, 1, 0)) as tf.Tensor4D, same, 1, 0)
    const compiled = await compile(steps, [{ shape: [1, 1, 2, 4] }], { precision: 'float16' })
    const { data } = await compiled.run(Float32Array.of(0, 0, -1, 0, 1, 2 ** -24, 3, 65504))
    expect(Array.from(data)).toEqual([0, 0, 0, 0, 1, 1, 1, 1])
    await compiled.dispose()
  })

  it('refuses an adapter without half precision by name, or uses the next provider and says why', async () => {
    const create = node.InferenceSession.create.bind(node.InferenceSession)
    /** onnxruntime-node on an adapter without shader-f16, whose sessions fail when they run. */
    const runtime = {
      Tensor: node.Tensor as ort.TensorConstructor,
      InferenceSession: {
        async create(model: Uint8Array, { executionProviders }: ort.InferenceSession.SessionOptions) {
          const session = await create(model, { executionProviders: ['cpu'] })
          if (executionProviders?.[0] === 'webgpu')
            session.run = () =>
              Promise.reject(new Error('Program Cast requires f16 but the device does not support it.'))
          return session
        },
      } as ort.InferenceSessionFactory,
    }
    const double = (x: tf.Tensor2D) => tf.matMul(x, tf.tensor2d([[2]]))
    const one = [{ shape: [1, 1] }]
    const given = { runtime, precision: 'float16' } as const
    const failure = await compile(double, one, { ...given, executionProviders: ['webgpu'] }).catch((error) => error)
    expect(failure).toMatchObject({ code: 'provider' })
    expect(failure.message).toMatch(
      /webgpu: Program Cast requires f16 .*needs an adapter with the feature shader-f16 of WebGPU; use precision 'float32'/,
    )
    const compiled = await compile(double, one, { ...given, executionProviders: ['webgpu', 'cpu'] })
    expect(compiled.executionProvider).toBe('cpu')
    expect(compiled.fallbacks[0].reason).toMatch(/shader-f16/)
    expect((await compiled.run(3)).data[0]).toBe(6)
    await compiled.dispose()
  })

  it('refuses a precision that does not exist', async () => {
    const failing = compile((x: tf.Tensor) => tf.neg(x), [{ shape: [1] }], { precision: 'half' as never })
    await expect(failing).rejects.toThrow(/Expected float32, float16, bfloat16 for precision but received half/)
  })
})
