import * as tf from '@tensorflow/tfjs'
import { expect, test } from 'vitest'
import { compile, registerBackend } from '../../src/index.ts'
import { useJavaScriptBackend } from '../compare.ts'

useJavaScriptBackend()

const boxes = [{ shape: [4, 4] }, { shape: [4] }]
const refusal = (fn: (...xs: tf.Tensor[]) => tf.Tensor, specs: { shape: number[] }[]) =>
  compile(fn, specs).then(
    () => 'no error',
    (error: Error) => error.message,
  )

test('suppression of boxes says which of its forms can be compiled', async () => {
  const advice = /call tf\.image\.nonMaxSuppressionPadded with padToMaxOutputSize true/
  const select = (b: tf.Tensor, s: tf.Tensor) => tf.image.nonMaxSuppression(b as tf.Tensor2D, s as tf.Tensor1D, 3)
  const score = (b: tf.Tensor, s: tf.Tensor) =>
    tf.image.nonMaxSuppressionWithScore(b as tf.Tensor2D, s as tf.Tensor1D, 3, 0.5, 0, 0.5).selectedScores
  const open = (b: tf.Tensor, s: tf.Tensor) =>
    tf.image.nonMaxSuppressionPadded(b as tf.Tensor2D, s as tf.Tensor1D, 3, 0.5, 0.1, false).selectedIndices
  for (const [fn, name] of [
    [select, 'V3'],
    [score, 'V5'],
    [open, 'V4'],
  ] as const) {
    expect(await refusal(fn, boxes)).toMatch(new RegExp(`received NonMaxSuppression${name}\\(`))
    expect(await refusal(fn, boxes)).toMatch(advice)
  }
})

test('complex numbers say that graphs have none', async () => {
  const spectrum = (x: tf.Tensor) => tf.abs(tf.spectral.rfft(x))
  expect(await refusal(spectrum, [{ shape: [8] }])).toMatch(/received .*[Cc]omplex.*/)
  expect(await refusal((x) => tf.complex(x, x), [{ shape: [8] }])).toMatch(
    /received Complex\(\[8\], \[8\]\), called by .* Graphs have no complex numbers: .* real and imaginary parts as inputs/,
  )
})

test('pixels are read in a compiled function and on the backend; spectra and boxes are computed by the cpu backend', async () => {
  const pixels = { data: Uint8Array.from({ length: 16 }, (_, i) => i), width: 2, height: 2 }
  const want = [0, 1, 2, 4, 5, 6, 8, 9, 10, 12, 13, 14]
  const compiled = await compile(
    (x: tf.Tensor) => tf.mul(x, tf.cast(tf.browser.fromPixels(pixels), 'float32')),
    [{ shape: [] }],
  )
  expect(Array.from((await compiled.run(2)).data)).toEqual(want.map((value) => 2 * value))
  await compiled.dispose()
  await registerBackend()
  await tf.setBackend('onnxruntime')
  expect(Array.from(tf.browser.fromPixels(pixels).dataSync())).toEqual(want)
  expect(tf.abs(tf.spectral.rfft(tf.ones([4]))).dataSync()[0]).toBe(4)
  const square = tf.tensor2d([[0, 0, 1, 1]])
  expect(Array.from(tf.image.nonMaxSuppression(square, tf.tensor1d([0.9]), 3).dataSync())).toEqual([0])
  await tf.setBackend('cpu')
})
