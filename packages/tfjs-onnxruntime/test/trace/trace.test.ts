import * as tf from '@tensorflow/tfjs-core'
import { expect, test } from 'vitest'
import { compile, EngineError } from '../../src/index.ts'
import { codeOf } from '../code-of.ts'
import { useJavaScriptBackend } from '../compare.ts'

useJavaScriptBackend()

const scalar = [{ shape: [] }]

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
    /^Expected a supported kernel but received SparseSegmentSum\(\[3,2\], \[2\], \[2\]\), called by countWords \(.*trace\.test\.ts:\d+:\d+\)\. Compute it outside/,
  )
  expect(failure.details.kernel).toBe('SparseSegmentSum')
  const call = failure.details.call as string[]
  expect(call.slice(0, 3).map((frame) => frame.includes('trace.test.ts'))).toEqual([true, true, true])
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

test('two variables of the same first data are read and written each for itself, and a clone stays what it was', async () => {
  const weight = tf.variable(tf.tensor1d([1, 2]))
  const average = tf.variable(weight.clone())
  const before = weight.clone()
  const column = tf.reshape(weight, [2, 1])
  const step = await compile(() => {
    weight.assign(tf.mul(weight, 10))
    return [weight, average, before, tf.reshape(column, [2])].map((tensor) => tf.add(tensor, 0))
  }, [])
  for (const expected of [10, 100]) {
    const results = await step.run()
    expect(results.map(({ data }) => [...data])).toEqual([
      [expected, 2 * expected],
      [1, 2],
      [1, 2],
      [1, 2],
    ])
  }
  expect([...weight.dataSync()]).toEqual([100, 200])
  expect([...average.dataSync()]).toEqual([1, 2])
  await step.dispose()
  tf.dispose([weight, average, before, column])
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
