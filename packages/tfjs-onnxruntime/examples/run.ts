/**
 * Trains the three models on ONNX Runtime and prints their losses.
 *
 * usage: npx tsx examples/run.ts
 */
import { pathToFileURL } from 'node:url'
import { compile, registerBackend } from '@mammokit/tfjs-onnxruntime'
import * as tf from '@tensorflow/tfjs'
import { trainConvolutionalNetwork } from './convolutional-network.ts'
import { trainLstmClassifier } from './lstm-classifier.ts'
import { createTransformer } from './transformer.ts'

/** Calls `print` with each line. */
export async function run(print: (line: string) => void): Promise<void> {
  const show = (name: string, losses: readonly number[]): void =>
    print(`${name}: ${[losses[0], losses[losses.length - 1]].map((loss) => loss.toFixed(2)).join(' -> ')}`)
  tf.enableProdMode()
  await registerBackend()
  await tf.setBackend('onnxruntime')
  show('convolutional network, 8 epochs', await trainConvolutionalNetwork(8))
  show('LSTM classifier, 10 epochs', await trainLstmClassifier(10))
  await tf.setBackend('cpu')
  const { trainStep } = createTransformer()
  const step = await compile(trainStep, [{ shape: [null, 6], dtype: 'int32' }])
  const losses: number[] = []
  for (let i = 0; i < 60; i++) {
    const sequences = Int32Array.from({ length: 24 }, (_, k) => (k * 7 + 3 * (i % 3)) % 8)
    losses.push((await step.run(sequences)).data[0])
  }
  show('transformer, 60 compiled steps', losses)
  await step.dispose()
}

if (process.argv[1] !== undefined && import.meta.url === pathToFileURL(process.argv[1]).href)
  await run((line) => process.stdout.write(`${line}\n`))
