import * as tf from '@tensorflow/tfjs-core'
import { expect, test } from 'vitest'
import { compile, createAdam, registerBackend, toOnnx } from '../src/index.ts'
import { codeOf } from './code-of.ts'
import { useJavaScriptBackend } from './compare.ts'

useJavaScriptBackend()

const scalar = [{ shape: [] }]

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
    [{ precision: 'half' }, /^bad-input: Expected float32, float16, bfloat16 for precision but received half/],
    [{ precision: 'bfloat16' }, /^bad-input: Expected float32 or float16, without openvino alone, for precision/],
    [
      { precision: 'bfloat16', executionProviders: ['openvino', 'cpu'] },
      /^bad-input: Expected float32 or float16, without openvino alone, for precision/,
    ],
    [
      { precision: 'float16', executionProviders: ['openvino', 'cpu'] },
      /^bad-input: Expected float32, with openvino beside others, for precision/,
    ],
    [
      { precision: 'float16', executionProviders: ['openvino'] },
      /^bad-input: Expected float32 or bfloat16, with openvino, for precision/,
    ],
    [{ seed: 0.5 }, /^bad-input: Expected a whole number from 0 to 2\^53 - 1 for seed/],
    [{ seed: -1 }, /^bad-input: .* for seed but received -1/],
    [{ freezeVariables: 'yes' }, /^bad-input: Expected true or false for freezeVariables/],
    [{ executionProviders: [] }, /^bad-input: Expected an array of names for executionProviders/],
    [{ executionProviders: [{ name: 'cpu' }] }, /^bad-input: Expected an array of names for executionProviders/],
    [{ profileFilePrefix: 3 }, /^bad-input: Expected a path for profileFilePrefix/],
  ] as const)
    expect(await codeOf(() => compile(identity, scalar, options as never))).toMatch(message)
})

test('names of results and inputs, metadata and the step are checked', async () => {
  const two = (x: tf.Tensor) => [x, tf.mul(x, 2)]
  for (const outputNames of ['logits', ['a'], ['a', 'b', 'c'], ['a', 'a'], ['a', ''], [7, 8]])
    expect(await codeOf(async () => toOnnx(two, scalar, { outputNames } as never))).toMatch(
      /^bad-input: Expected an array of 2 different names, one for each result, for outputNames/,
    )
  expect(toOnnx(two, scalar, { outputNames: ['a', 'b'] }).length).toBeGreaterThan(0)
  for (const metadata of [{ a: 1 }, { a: { b: 'c' } }, 'a', null])
    expect(await codeOf(async () => toOnnx(two, scalar, { metadata } as never))).toMatch(
      /^bad-input: Expected an object of strings for metadata/,
    )
  for (const name of ['', 5])
    expect(await codeOf(() => compile(two, [{ shape: [], name } as never]))).toMatch(
      /^bad-input: Expected a name of at least one character for name/,
    )
  const compiled = await compile(two, scalar)
  for (const step of [Number.NaN, 1.5, -1])
    expect(await codeOf(async () => Object.assign(compiled, { step }))).toMatch(/^bad-input: .* for step/)
  await compiled.dispose()
})

test('an optimizer takes float32 variables, each once', async () => {
  const weight = tf.variable(tf.scalar(1), true, 'weight')
  const count = tf.variable(tf.scalar(1, 'int32'), true, 'count')
  expect(await codeOf(async () => createAdam([weight, weight]))).toMatch(/^bad-variable: .* received weight twice/)
  expect(await codeOf(async () => createAdam([weight, count]))).toMatch(/^bad-variable: .* received int32 of count/)
  tf.dispose([weight, count])
})
