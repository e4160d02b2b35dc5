import { expect, test } from 'vitest'
import { loadBackendRuntime } from '../../src/backend/backend-runtime.ts'
import type { BackendRuntime, Source } from '../../src/backend/backend-session.ts'
import { maxOperatorRuns, SessionCache } from '../../src/backend/session-cache.ts'
import { GraphBuilder } from '../../src/graph/builder.ts'
import type { Graph, Value } from '../../src/graph/graph.ts'
import type { Storage } from '../../src/memory/storage.ts'
import { expectClose } from '../compare.ts'

/** A runtime that counts the sessions it opens. */
async function countingRuntime() {
  const opened = { graphs: 0, operators: 0 }
  const runtime = await loadBackendRuntime({ intraOpNumThreads: 1 })
  const counting: BackendRuntime = {
    ...runtime,
    open(model) {
      opened.graphs++
      return runtime.open(model)
    },
    openOperator(model) {
      opened.operators++
      return runtime.openOperator!(model)
    },
  }
  return { opened, cache: new SessionCache(counting) }
}

function source(values: Storage, shape: readonly number[]): Source {
  return { values, shape, dtype: 'float32' }
}

function graphOf(shapes: readonly (readonly number[])[], build: (b: GraphBuilder, inputs: Value[]) => Value[]): Graph {
  const b = new GraphBuilder()
  const inputs = shapes.map((shape) => b.input(shape, 'float32'))
  return b.finish(build(b, inputs))
}

test('a graph is run by operators until it has come eight times, and gives what its session gives, |delta| <= 1e-6', async () => {
  const { cache, opened } = await countingRuntime()
  const graph = graphOf([[2, 3, 8, 8], [4]], (b, [x, y]) => {
    const [pooled, indices] = b.addAll('MaxPool', [x], { kernel_shape: [2, 2], strides: [2, 2] })
    const [, order] = b.addAll('TopK', [y, b.integers([3])], { axis: -1 })
    const sizes = b.integers([2, 3, 16, 16])
    const resized = b.add('Resize', [x, undefined, undefined, sizes], { mode: 'nearest' })
    const sum = b.reduce('ReduceSum', b.add('Mul', [x, x]), [2, 3])
    return [
      b.add('Add', [pooled, b.cast(indices, 'float32')]),
      b.cast(order, 'int32'),
      b.slice(resized, [3], [15], [-17], [-2]),
      b.reshape(sum, [6]),
      b.add('Relu', [sum]),
      b.transpose(b.add('Where', [b.add('Less', [x, b.scalar(0)]), x, b.scalar(2)]), [0, 2, 3, 1]),
    ]
  })
  const sources = [
    source(
      Float32Array.from({ length: 384 }, (_, i) => Math.sin(i)),
      [2, 3, 8, 8],
    ),
    source(Float32Array.of(3, 1, 4, 2), [4]),
  ]
  const byOperators = (await cache.compute(graph, sources)) as Storage[]
  for (let i = 1; i < maxOperatorRuns; i++) await cache.compute(graph, sources)
  expect(opened.graphs).toBe(0)
  const { operators } = opened
  const bySession = await cache.compute(graph, sources)
  expect(opened).toEqual({ graphs: 1, operators })
  for (const [i, values] of bySession.entries()) {
    expect(byOperators[i].constructor).toBe(values.constructor)
    expectClose(byOperators[i], values, 1e-6)
  }
  cache.dispose()
})

test('operators of other lengths share sessions', async () => {
  const { cache, opened } = await countingRuntime()
  const graph = (length: number) =>
    graphOf([[length]], (b, [x]) => [b.slice(b.add('Add', [x, b.scalar(length)]), [0], [1], [length])])
  for (const length of [2, 3, 4]) {
    const [values] = await cache.compute(graph(length), [source(new Float32Array(length).fill(1), [length])])
    expect(Array.from(values)).toEqual(new Array(length - 1).fill(length + 1))
  }
  expect(opened).toEqual({ graphs: 0, operators: 2 })
  cache.dispose()
})

test('a result shares its array with no input and no other result', async () => {
  const { cache } = await countingRuntime()
  const graph = graphOf([[4]], (b, [x]) => {
    const negative = b.add('Neg', [x])
    return [b.reshape(x, [2, 2]), negative, b.reshape(negative, [2, 2])]
  })
  const given = Float32Array.of(1, 2, 3, 4)
  const results = await cache.compute(graph, [source(given, [4])])
  expect(new Set([given, ...results]).size).toBe(4)
  expect(results.map((values) => values[3])).toEqual([4, -4, -4])
  cache.dispose()
})

test('a graph of large tensors gets a session at once', async () => {
  const { cache, opened } = await countingRuntime()
  const graph = graphOf([[1]], (b, [x]) => [b.reduce('ReduceSum', b.expand(x, [1 << 12, 1 << 13]), [0, 1])])
  const [[sum]] = await cache.compute(graph, [source(Float32Array.of(1), [1])])
  expect(sum).toBe(2 ** 25)
  expect(opened).toEqual({ graphs: 1, operators: 0 })
  cache.dispose()
})
