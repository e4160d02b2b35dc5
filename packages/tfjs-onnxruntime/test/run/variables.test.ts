import * as tf from '@tensorflow/tfjs-core'
import { expect, test } from 'vitest'
import { compile, createAdam } from '../../src/index.ts'
import { codeOf } from '../code-of.ts'
import { useJavaScriptBackend } from '../compare.ts'

useJavaScriptBackend()

test('a variable has its new value after a run, and a value that is assigned between runs is seen by the next', async () => {
  const count = tf.variable(tf.scalar(1))
  const double = await compile(() => {
    count.assign(tf.mul(count, 2))
    return count
  }, [])
  expect((await double.run()).data[0]).toBe(2)
  expect(count.dataSync()[0]).toBe(2)
  count.assign(tf.scalar(10))
  await double.run()
  expect(count.dataSync()[0]).toBe(20)
  await double.dispose()
  expect(count.dataSync()[0]).toBe(20)
  count.dispose()
})

test('several compiled functions share variables', async () => {
  const state = tf.variable(tf.tensor1d([1, 2]))
  const add = await compile(
    (x: tf.Tensor) => {
      state.assign(tf.add(state, x))
      return []
    },
    [{ shape: [2] }],
  )
  const read = await compile((x: tf.Tensor) => tf.mul(state, x), [{ shape: [] }])
  await add.run(new Float32Array([1, 1]))
  expect(Array.from((await read.run(3)).data)).toEqual([6, 9])
  await Promise.all([add.dispose(), read.dispose()])
  state.dispose()
})

test('a tensor that shares a variable storage keeps its numbers when a run changes the variable', async () => {
  const start = tf.tensor1d([1, 2, 3])
  const variable = tf.variable(start)
  const copy = tf.clone(variable)
  const step = await compile(() => {
    variable.assign(tf.add(variable, 1))
    return []
  }, [])
  await step.run()
  await step.run()
  expect(Array.from(variable.dataSync())).toEqual([3, 4, 5])
  expect([Array.from(start.dataSync()), Array.from(copy.dataSync())]).toEqual([
    [1, 2, 3],
    [1, 2, 3],
  ])
  await step.dispose()
})

test('two variables can swap their values, and read after assignment sees the new one', async () => {
  const [a, b] = [tf.variable(tf.scalar(1)), tf.variable(tf.scalar(2))]
  const swap = await compile(() => {
    const old = tf.clone(a)
    a.assign(b as tf.Tensor as tf.Scalar)
    b.assign(old as tf.Scalar)
    return tf.sub(a, b)
  }, [])
  expect((await swap.run()).data[0]).toBe(1)
  expect((await swap.run()).data[0]).toBe(-1)
  expect([a.dataSync()[0], b.dataSync()[0]]).toEqual([1, 2])
  await swap.dispose()
})

test('variables that a tfjs optimizer makes at its first step live on', async () => {
  const weight = tf.variable(tf.scalar(0))
  const optimizer = tf.train.momentum(0.1, 0.9)
  const step = await compile(
    () => optimizer.minimize(() => tf.square(tf.sub(weight, 3)) as tf.Scalar, true, [weight])!,
    [],
  )
  const other = tf.variable(tf.scalar(0))
  const eager = tf.train.momentum(0.1, 0.9)
  for (let i = 0; i < 5; i++) {
    const { data } = await step.run()
    const want = eager.minimize(() => tf.square(tf.sub(other, 3)) as tf.Scalar, true, [other])!
    expect(data[0]).toBeCloseTo(want.dataSync()[0], 4)
  }
  expect(weight.dataSync()[0]).toBeCloseTo(other.dataSync()[0], 5)
  await step.dispose()
})

test('results keep the structure that the function returned, types and shapes too', async () => {
  const step = await compile(
    (x: tf.Tensor) => ({ sum: tf.sum(x), parts: [tf.argMax(x), { positive: tf.greater(x, 0) }], none: undefined }),
    [{ shape: [3] }],
  )
  const { sum, parts, none } = await step.run(new Float32Array([1, -2, 4]))
  expect(sum).toMatchObject({ shape: [], dtype: 'float32', data: new Float32Array([3]) })
  expect(parts[0]).toMatchObject({ shape: [], dtype: 'int32', data: new Int32Array([2]) })
  expect((parts[1] as { positive: unknown }).positive).toMatchObject({ dtype: 'bool', data: new Uint8Array([1, 0, 1]) })
  expect(none).toBeUndefined()
  await step.dispose()
})

test('runs that are started together run one after the other', async () => {
  const count = tf.variable(tf.scalar(0))
  const next = await compile(
    (x: tf.Tensor) => {
      count.assign(tf.add(count, x) as tf.Scalar)
      return count
    },
    [{ shape: [] }],
  )
  const results = await Promise.all([next.run(1), next.run(10), next.run(100)])
  expect(results.map(({ data }) => data[0])).toEqual([1, 11, 111])
  await next.dispose()
})

test('runs of several compiled functions that are started together see what those before assigned', async () => {
  const state = tf.tidy(() => tf.variable(tf.tensor1d([1, 2, 3])))
  const assign = (next: () => tf.Tensor) => () => {
    state.assign(next() as tf.Tensor1D)
    return []
  }
  const turn = await compile(
    assign(() => tf.add(tf.reverse(state), tf.sum(state))),
    [],
  )
  const halve = await compile(
    assign(() => tf.mul(tf.reverse(state), [0.5, 1, 0.25])),
    [],
  )
  let want = [1, 2, 3]
  const runs: Promise<unknown>[] = []
  for (let i = 0; i < 5; i++) {
    runs.push(turn.run(), halve.run())
    const sum = want.reduce((total, x) => total + x)
    want = want.map((x, place) => (x + sum) * [0.5, 1, 0.25][place])
  }
  await Promise.all([...runs, turn.dispose(), halve.dispose()])
  for (const [i, x] of state.dataSync().entries()) expect(x).toBeCloseTo(want[i], 3)
})

test.each(['assigned', 'updated'] as const)(
  'an array that two variables were made of keeps its numbers, and so does the second where the first is %s',
  async (how) => {
    const start = new Float32Array([1, 2, 3])
    const [first, second] = tf.tidy(() => [0, 1].map(() => tf.variable(tf.tensor1d(start))))
    const adam = createAdam([first])
    const step = await compile(() => {
      if (how === 'assigned') first.assign(tf.add(first, 1))
      else adam.applyGradients({ [first.name]: tf.onesLike(first) }, { learningRate: 0.1 })
      return []
    }, [])
    for (let i = 0; i < 3; i++) await step.run()
    expect(first.dataSync()[0]).not.toBe(1)
    expect([Array.from(start), Array.from(second.dataSync())]).toEqual([
      [1, 2, 3],
      [1, 2, 3],
    ])
    await step.dispose()
  },
)

test('frozen variables are constants: later changes are not seen', async () => {
  const weight = tf.variable(tf.scalar(2))
  const scale = await compile((x: tf.Tensor) => tf.mul(x, weight), [{ shape: [] }], { freezeVariables: true })
  weight.assign(tf.scalar(5))
  expect((await scale.run(3)).data[0]).toBe(6)
  await scale.dispose()
})

test('inputs and variables whose numbers tfjs keeps in an array of another type are read as what they are', async () => {
  const ones = tf.cast(tf.tensor1d([1, 2], 'int32'), 'float32')
  const variable = tf.variable(tf.cast(tf.tensor1d([3, 4], 'int32'), 'float32'))
  const step = await compile(
    (x: tf.Tensor) => {
      variable.assign(tf.div(tf.add(variable, x), 8) as tf.Tensor1D)
      return tf.clone(variable)
    },
    [{ shape: [2] }],
  )
  expect((await step.run(ones)).data).toEqual(new Float32Array([0.5, 0.75]))
  expect((await step.run(ones)).data).toEqual(new Float32Array([0.1875, 0.34375]))
  expect(variable.dataSync()).toEqual(new Float32Array([0.1875, 0.34375]))
  await step.dispose()
})

test('a run after a variable was disposed names the variable', async () => {
  const variable = tf.variable(tf.scalar(2), true, 'gone')
  const step = await compile((x: tf.Tensor) => tf.mul(x, variable), [{ shape: [] }])
  variable.dispose()
  expect(await codeOf(() => step.run(1))).toMatch(/^disposed: .*gone/)
  await step.dispose()
})
