import * as tf from '@tensorflow/tfjs-core'
import { expect, test } from 'vitest'
import {
  batchNormTraining,
  compile,
  createAdam,
  EngineError,
  groupedConv2d,
  registerBackend,
  toOnnx,
} from '../src/index.ts'
import { useJavaScriptBackend } from './compare.ts'

useJavaScriptBackend()

const scalar = [{ shape: [] }]

async function codeOf(action: () => Promise<unknown>): Promise<string> {
  try {
    await action()
  } catch (error) {
    if (error instanceof EngineError) return `${error.code}: ${error.message}`
    throw error
  }
  return 'no error'
}

test('a read of symbolic values says what to do instead', async () => {
  const message = await codeOf(() => compile((x: tf.Tensor) => tf.mul(x, x.dataSync()[0]), scalar))
  expect(message).toMatch(/^symbolic-read: .*received dataSync\(\).*tf\.where.*pass it as an input/)
})

test('a decision on a symbolic value fails as its read does', async () => {
  const relu = (x: tf.Tensor) => ((x.arraySync() as unknown as number) > 0 ? x : tf.zerosLike(x))
  expect(await codeOf(() => compile(relu, scalar))).toMatch(/^symbolic-read/)
})

test('a kernel without a lowering fails while it is traced, by its name, its shapes and the call that led to it', async () => {
  const countWords = (x: tf.Tensor) => ({ sum: tf.sparse.sparseSegmentSum(x as tf.Tensor2D, [0, 1], [0, 0]) })
  const model = (x: tf.Tensor) => tf.tidy(() => Object.values(countWords(x)))
  const failure = await compile(model, [{ shape: [3, 2], dtype: 'int32' }]).catch((error: EngineError) => error)
  if (!(failure instanceof EngineError)) throw new Error('Expected an error.')
  expect(failure.code).toBe('unsupported-kernel')
  expect(failure.message).toMatch(
    /^Expected a supported kernel but received SparseSegmentSum\(\[3,2\], \[2\], \[2\]\), called by countWords \(.*errors\.test\.ts:\d+:\d+\)\. Compute it outside/,
  )
  expect(failure.details.kernel).toBe('SparseSegmentSum')
  const call = failure.details.call as string[]
  expect(call.slice(0, 3).map((frame) => frame.includes('errors.test.ts'))).toEqual([true, true, true])
  expect(call.some((frame) => frame.includes('@tensorflow') || frame.includes('/src/trace/'))).toBe(false)
})

test('strings cannot be traced', async () => {
  expect(await codeOf(() => compile(() => tf.tensor1d(['a']), []))).toMatch(/^unsupported-dtype: .*received string/)
})

test('a disposed tensor that a function captures is named by its shape', async () => {
  const gone = tf.tensor1d([1, 2, 3])
  gone.dispose()
  expect(await codeOf(() => compile((x: tf.Tensor) => tf.add(x, gone), [{ shape: [3] }]))).toMatch(
    /^disposed: .*shape \[3\]/,
  )
})

test('a function that returns no tensors, or a promise, is refused', async () => {
  expect(await codeOf(() => compile(() => 3, []))).toMatch(/^bad-output: .*number 3/)
  expect(await codeOf(() => compile(() => undefined, []))).toMatch(/^bad-output: .*nothing, and no variable/)
  expect(await codeOf(() => compile(async (x: tf.Tensor) => x, scalar))).toMatch(/^bad-output: .*promise/)
  const decide = async (x: tf.Tensor) => ((await x.data())[0] > 0 ? x : tf.neg(x))
  expect(await codeOf(() => compile(decide, scalar))).toMatch(/^bad-output: .*Use tf\.where/)
})

test('compiling inside of a traced function is refused', async () => {
  let inner: Promise<string> | undefined
  const outer = await compile((x: tf.Tensor) => {
    inner = codeOf(() => compile((y: tf.Tensor) => y, scalar))
    return x
  }, scalar)
  expect(await inner).toMatch(/^bad-state/)
  await outer.dispose()
})

test('a provider that no ONNX Runtime has is an error that names the nearest one, also where another would work', async () => {
  for (const [given, nearest] of [
    ['wbgpu', 'webgpu'],
    ['WebGPU', 'webgpu'],
    ['directml', 'dml'],
    ['tensor-rt', 'tensorrt'],
  ])
    for (const executionProviders of [[given], [given, 'cpu'], ['cpu', given]])
      expect(await codeOf(() => compile((x: tf.Tensor) => tf.neg(x), scalar, { executionProviders }))).toBe(
        `bad-input: Expected one of cpu, wasm, webgpu, cuda, dml, coreml, webnn, tensorrt, openvino for an execution provider but received ${given}. The nearest is ${nearest}.`,
      )
})

test('a provider that the platform lacks is refused by name before the function is traced, and is a fallback where another works', async () => {
  let traces = 0
  const negate = (x: tf.Tensor) => {
    traces++
    return tf.neg(x)
  }
  expect(await codeOf(() => compile(negate, scalar, { executionProviders: ['webnn'] }))).toMatch(
    /^provider: .*received webnn: onnxruntime-node on \S+ has .*cpu.*, and not webnn\./,
  )
  expect(traces).toBe(0)
  const compiled = await compile(negate, scalar, { executionProviders: ['webnn', 'cpu'] })
  expect(compiled.executionProvider).toBe('cpu')
  expect(compiled.fallbacks.map(({ executionProvider }) => executionProvider)).toEqual(['webnn'])
  await compiled.dispose()
})

test('an option that does not exist is an error that names the nearest one, in every function that takes options', async () => {
  const identity = (x: tf.Tensor) => x
  const variable = tf.variable(tf.scalar(1))
  const misspelled: [() => unknown, string, string, string][] = [
    [
      () => compile(identity, scalar, { excutionProviders: ['webgpu'] } as never),
      'compile',
      'excutionProviders',
      'executionProviders',
    ],
    [
      () => compile(identity, scalar, { freezeVariable: true } as never),
      'compile',
      'freezeVariable',
      'freezeVariables',
    ],
    [() => registerBackend({ threads: 2, nam: 'x' } as never), 'registerBackend', 'threads', 'intraOpNumThreads'],
    [() => registerBackend({ freezeVariables: true } as never), 'registerBackend', 'freezeVariables', '\\w+'],
    [() => toOnnx(identity, scalar, { outputName: ['y'] } as never), 'toOnnx', 'outputName', 'outputNames'],
    [() => createAdam([variable], { weight_decay: 0.1 } as never), 'createAdam', 'weight_decay', 'weightDecay'],
    [() => createAdam([variable], { beta1: 0.9 } as never), 'createAdam', 'beta1', 'beta2'],
  ]
  for (const [call, where, received, nearest] of misspelled)
    expect(await codeOf(async () => call())).toMatch(
      new RegExp(
        `^bad-input: Expected one of .* for an option of ${where} but received ${received}\\. The nearest is ${nearest}\\.$`,
      ),
    )
  expect(await codeOf(() => compile(identity, [{ shape: [2], dtyp: 'int32' } as never]))).toMatch(
    /for an option of an input spec but received dtyp\. The nearest is dtype\.$/,
  )
  const adam = createAdam([variable])
  expect(() => adam.applyGradients({}, { lr: 1 } as never)).toThrow(/option of applyGradients but received lr/)
  expect(await codeOf(() => compile(identity, scalar, null as never))).toMatch(
    /^bad-input: .*compile but received null/,
  )
  adam.dispose()
  variable.dispose()
})

test('options out of range are named', async () => {
  const identity = (x: tf.Tensor) => x
  for (const [options, message] of [
    [
      { intraOpNumThreads: 0 },
      /^bad-input: Expected a whole number of at least 1 for intraOpNumThreads but received 0/,
    ],
    [{ graphOptimizationLevel: 'most' }, /^bad-input: Expected one of disabled, .* but received most/],
    [{ executionProviders: 'cpu' }, /^bad-input: Expected an array of names for executionProviders/],
    [{ updates: 'nowhere' }, /^bad-input: Expected host or graph for updates/],
    [{ seed: 0.5 }, /^bad-input: Expected a whole number from 0 to 2\^53 - 1 for seed/],
    [{ seed: -1 }, /^bad-input: .* for seed but received -1/],
    [{ freezeVariables: 'yes' }, /^bad-input: Expected true or false for freezeVariables/],
    [{ executionProviders: [] }, /^bad-input: Expected an array of names for executionProviders/],
    [{ executionProviders: [{ name: 'cpu' }] }, /^bad-input: Expected an array of names for executionProviders/],
    [{ profileFilePrefix: 3 }, /^bad-input: Expected a path for profileFilePrefix/],
  ] as const)
    expect(await codeOf(() => compile(identity, scalar, options as never))).toMatch(message)
})

test('refuses a value that is not a function, specs that are not an array, open shapes and taken names', async () => {
  const add = (x: tf.Tensor, y: tf.Tensor) => tf.add(x, y)
  expect(await codeOf(() => compile({} as never, scalar))).toMatch(/^bad-input: Expected a function of tensors/)
  expect(await codeOf(() => compile(add, { shape: [] } as never))).toMatch(
    /^bad-input: Expected an array of input specs/,
  )
  expect(await codeOf(() => compile(add, [{ shape: [-1] }, { shape: [] }]))).toMatch(/^bad-input: .*input 0 .*\[-1\]/)
  for (const name of ['input0', 'output0'])
    expect(await codeOf(() => compile(add, [{ shape: [] }, { shape: [], name }]))).toMatch(/^bad-input: .*twice/)
})

test('an input may have a name that values inside of the graph would have', async () => {
  const names = ['v0', 'v1', 'v2'].map((name) => ({ shape: [], name }))
  const compiled = await compile((x, y, z) => tf.add(tf.mul(x, 3), tf.sub(tf.mul(y, 5), z)), names)
  expect((await compiled.run(1, 2, 3)).data[0]).toBe(10)
  await compiled.dispose()
})

test('wrong inputs of a run name place, expected and received', async () => {
  const step = await compile(
    (x: tf.Tensor, n: tf.Tensor) => tf.mul(x, tf.cast(n, 'float32')),
    [
      { shape: [2, 3], name: 'images' },
      { shape: [], dtype: 'int32' },
    ],
  )
  const good = new Float32Array(6)
  expect(await codeOf(() => step.run(good))).toMatch(/^bad-input: Expected 2 inputs but received 1/)
  expect(await codeOf(() => step.run(new Float32Array(5), 1))).toMatch(
    /^bad-input: Expected float32 \[2,3\] for input images but received 5 numbers/,
  )
  expect(await codeOf(() => step.run(new Int32Array(6), 1))).toMatch(/^bad-input: .*Int32Array/)
  expect(await codeOf(() => step.run({ data: good, shape: [3, 2] }, 1))).toMatch(/^bad-input: .*\[3,2\]/)
  expect(await codeOf(() => step.run(tf.zeros([6]), 1))).toMatch(/^bad-input: .*float32 \[6\]/)
  expect(await codeOf(() => step.run(1, 1))).toMatch(/^bad-input: .*the number 1/)
  expect(await codeOf(() => step.run(good, tf.scalar(1)))).toMatch(/^bad-input: Expected int32 \[\] for input 1/)
  const gone = tf.zeros([2, 3])
  gone.dispose()
  expect(await codeOf(() => step.run(gone, 1))).toMatch(/^bad-input: .*disposed/)
  await step.dispose()
  expect(await codeOf(() => step.run(good, 1))).toMatch(/^disposed/)
})

test('a value of another shape for a variable, and a variable that is made from computed numbers, are refused', async () => {
  const variable = tf.variable(tf.zeros([2]))
  expect(
    await codeOf(() =>
      compile(
        (x: tf.Tensor) => {
          variable.assign(x as tf.Tensor1D)
          return x
        },
        [{ shape: [3] }],
      ),
    ),
  ).toMatch(/^bad-variable: Expected float32 \[2\]/)
  expect(await codeOf(() => compile((x: tf.Tensor) => tf.variable(tf.neg(x)), scalar))).toMatch(
    /^bad-variable: .*before compiling/,
  )
  variable.dispose()
})

test('a run after a variable was disposed names the variable', async () => {
  const variable = tf.variable(tf.scalar(2), true, 'gone')
  const step = await compile((x: tf.Tensor) => tf.mul(x, variable), scalar)
  variable.dispose()
  expect(await codeOf(() => step.run(1))).toMatch(/^disposed: .*gone/)
  await step.dispose()
})

test('frozen variables cannot be assigned, and exports cannot have effects or random numbers', async () => {
  const variable = tf.variable(tf.scalar(2))
  const assign = (x: tf.Tensor) => {
    variable.assign(x as tf.Scalar)
    return x
  }
  expect(await codeOf(() => compile(assign, scalar, { freezeVariables: true }))).toMatch(/^bad-variable/)
  expect(() => toOnnx(assign, scalar)).toThrow(/changes no variables/)
  expect(() => toOnnx((x: tf.Tensor) => tf.dropout(x, 0.5), [{ shape: [4] }])).toThrow(/Export inference/)
  variable.dispose()
})

test('a batch size that the graph depends on cannot be left open', () => {
  expect(() => toOnnx((x: tf.Tensor) => tf.sum(tf.mul(x, tf.range(0, x.shape[0]))), [{ shape: [null] }])).toThrow(
    /does not depend on the batch size/,
  )
  expect(() => toOnnx((x: tf.Tensor) => x, [{ shape: [2, null] }])).toThrow(/Only the batch size may be null/)
})

test('a graph over 2 GB is refused before it is written, and nothing of that size is made', async () => {
  // 30000 x 30000 numbers that are all the same are kept as one; written out they would be 3.4 GB.
  const multiply = (x: tf.Tensor) => tf.matMul(x as tf.Tensor2D, tf.fill([30000, 30000], 0.5))
  const before = process.memoryUsage()
  const message = /^too-large: Expected an ONNX model of less than 2 GB but received 3\.4 GB.*variables or inputs/
  expect(await codeOf(() => compile(multiply, [{ shape: [1, 30000] }]))).toMatch(message)
  expect(await codeOf(async () => toOnnx(multiply, [{ shape: [1, 30000] }]))).toMatch(message)
  expect(process.memoryUsage().rss - before.rss).toBeLessThan(2 ** 28)
})

test('tfjs is as it was after a trace that throws: backend, scopes, tape, assignment', async () => {
  const variable = tf.variable(tf.scalar(1))
  const before = {
    backend: tf.getBackend(),
    scopes: tf.engine().state.scopeStack.length,
    depth: tf.engine().state.gradientDepth,
  }
  const fails = () =>
    tf.tidy(() =>
      tf.variableGrads(() => {
        variable.assign(tf.scalar(9))
        tf.tidy(() => {
          throw new Error('inside')
        })
        return tf.scalar(1)
      }),
    )
  await expect(compile(fails as never, [])).rejects.toThrow('inside')
  expect({
    backend: tf.getBackend(),
    scopes: tf.engine().state.scopeStack.length,
    depth: tf.engine().state.gradientDepth,
  }).toEqual(before)
  expect(variable.dataSync()[0]).toBe(1)
  variable.assign(tf.scalar(3))
  expect(variable.dataSync()[0]).toBe(3)
  variable.dispose()
})

test('grouped convolutions whose shapes do not fit and states of other optimizers say what does not fit', () => {
  expect(() => groupedConv2d(tf.zeros([1, 4, 4, 6]), tf.zeros([3, 3, 2, 6]), 1, 1, 4)).toThrow(
    /fit 4 groups of 6 channels/,
  )
  const variable = tf.variable(tf.zeros([2]), true, 'weights')
  for (const [options, message] of [
    [{ beta2: 1 }, /from 0 to below 1 for beta2 but received 1/],
    [{ epsilon: 0 }, /above 0 for epsilon but received 0/],
    [{ weightDecay: -1 }, /at least 0 for weightDecay but received -1/],
  ] as const)
    expect(() => createAdam([variable], options)).toThrow(message)
  const adam = createAdam([variable])
  expect(() => adam.restore({})).toThrow(/Expected step in/)
  const state = adam.state()
  expect(() => adam.restore({ ...state, 'weights/m': { shape: [3], data: new Float32Array(3) } })).toThrow(
    /Expected shape \[2\] for weights\/m/,
  )
  expect(() => batchNormTraining(tf.zeros([1, 2, 2, 3]), tf.zeros([4]), tf.zeros([3]), 1e-5)).toThrow()
  adam.dispose()
  variable.dispose()
})
