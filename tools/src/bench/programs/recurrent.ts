/** Programs with recurrent layers, which tfjs computes step by step. */
import * as tf from '@tensorflow/tfjs'
import { fitProgram, type Program } from './program.ts'

const { dense, lstm, gru, simpleRNN, repeatVector, timeDistributed, bidirectional, embedding, masking } = tf.layers

function compiled(layers: tf.layers.Layer[], loss = 'categoricalCrossentropy'): tf.LayersModel {
  const model = tf.sequential({ layers })
  model.compile({ optimizer: tf.train.rmsprop(0.01), loss })
  return model
}

/** Sums of two numbers of two digits, character by character: [5, 12] to [3, 12]. */
function addition(name: string, recurrent: typeof lstm | typeof gru | typeof simpleRNN): Program {
  const model = () =>
    compiled([
      (recurrent as typeof lstm)({ units: 32, inputShape: [5, 12] }),
      repeatVector({ n: 3 }),
      (recurrent as typeof lstm)({ units: 32, returnSequences: true }),
      timeDistributed({ layer: dense({ units: 12, activation: 'softmax' }) }),
    ])
  return fitProgram(name, { model, input: [5, 12], output: [3, 12], examples: 128, batchSize: 64 })
}

export const recurrentPrograms: readonly Program[] = [
  addition('addition RNN', simpleRNN),
  addition('addition GRU', gru),
  addition('addition LSTM', lstm),
  fitProgram('text LSTM', {
    model: () =>
      compiled([
        lstm({ units: 32, inputShape: [20, 40], returnSequences: true }),
        lstm({ units: 32 }),
        dense({ units: 40, activation: 'softmax' }),
      ]),
    input: [20, 40],
    output: [40],
    examples: 64,
    batchSize: 32,
  }),
  fitProgram('masked BiLSTM', {
    model: () =>
      compiled([
        masking({ inputShape: [10, 8] }),
        bidirectional({ layer: lstm({ units: 16 }) as tf.RNN, mergeMode: 'concat' }),
        dense({ units: 6, activation: 'softmax' }),
      ]),
    input: [10, 8],
    output: [6],
    examples: 64,
    batchSize: 32,
  }),
  fitProgram('ConvLSTM', {
    model: () =>
      compiled(
        [
          tf.layers.convLstm2d({ filters: 4, kernelSize: 3, padding: 'same', inputShape: [4, 10, 10, 1] }) as never,
          tf.layers.conv2d({ filters: 1, kernelSize: 3, padding: 'same', activation: 'sigmoid' }),
        ],
        'meanSquaredError',
      ),
    input: [4, 10, 10, 1],
    output: [10, 10, 1],
    examples: 8,
    batchSize: 4,
  }),
  fitProgram('jena GRU', {
    model: () => compiled([gru({ units: 32, inputShape: [24, 14] }), dense({ units: 1 })], 'meanAbsoluteError'),
    input: [24, 14],
    output: [1],
    examples: 128,
    batchSize: 64,
  }),
  fitProgram('sentiment CNN', {
    model: () =>
      compiled([
        embedding({ inputDim: 500, outputDim: 32, inputLength: 50 }),
        tf.layers.conv1d({ filters: 64, kernelSize: 5, activation: 'relu' }),
        tf.layers.globalMaxPool1d({}),
        dense({ units: 2, activation: 'softmax' }),
      ]),
    input: [50],
    output: [2],
    vocabulary: 500,
    examples: 64,
    batchSize: 32,
  }),
]
