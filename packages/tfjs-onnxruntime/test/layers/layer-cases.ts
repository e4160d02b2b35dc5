/** One or several calls for each layer that tfjs-layers exports: what makes the layer, and the shapes of its inputs. */
import * as tf from '@tensorflow/tfjs'

export interface LayerCase {
  readonly layer: () => tf.layers.Layer
  /** One shape for each input. */
  readonly shapes: readonly number[][]
  /** Inputs are whole numbers in [0, below); without gradients. */
  readonly below?: number
  /** Why its gradients are not compared. */
  readonly withoutGradient?: string
}

const image = [[2, 6, 5, 4]]
const volume = [[1, 4, 5, 6, 2]]
const sequence = [[2, 5, 3]]
const matrix = [[3, 4]]
const { layers } = tf

function of(shapes: readonly number[][], ...makers: (() => tf.layers.Layer)[]): LayerCase[] {
  return makers.map((layer) => ({ layer, shapes }))
}

function forwardOf(withoutGradient: string, ...cases: LayerCase[]): LayerCase[] {
  return cases.map((layerCase) => ({ ...layerCase, withoutGradient }))
}

const none = 'tfjs has no gradient of it'
const padded = 'tfjs divides by the whole window, also at the border where its forward pass does not'

const merged = [
  [2, 3, 4],
  [2, 3, 4],
  [2, 3, 4],
]
const maxima2d = (make: (args: { poolSize: number; padding?: 'same' }) => tf.layers.Layer) =>
  of(
    image,
    () => make({ poolSize: 2 }),
    () => make({ poolSize: 3, padding: 'same' }),
  )
const maxima1d = (make: (args: { poolSize: number; padding?: 'same' }) => tf.layers.Layer) =>
  of(sequence, () => make({ poolSize: 2, padding: 'same' }))
const means2d = (make: (args: { poolSize: number; padding?: 'same' }) => tf.layers.Layer) => [
  ...of(image, () => make({ poolSize: 2 })),
  ...forwardOf(padded, ...of(image, () => make({ poolSize: 3, padding: 'same' }))),
]
const means1d = (make: (args: { poolSize: number; padding?: 'same' }) => tf.layers.Layer) => [
  ...of(sequence, () => make({ poolSize: 2 })),
  ...forwardOf(padded, ...of(sequence, () => make({ poolSize: 2, padding: 'same' }))),
]
const recurrent = (make: (args: never) => tf.layers.Layer) =>
  of(
    sequence,
    () => make({ units: 4 } as never),
    () => make({ units: 4, returnSequences: true, goBackwards: true, recurrentActivation: 'sigmoid' } as never),
  )
const looped = (cell: () => unknown) => of(sequence, () => layers.rnn({ cell: cell() as never }))

/** By the names of tf.layers; aliases have the cases of what they stand for. */
export const layerCases: Readonly<Record<string, readonly LayerCase[]>> = {
  activation: of(matrix, () => layers.activation({ activation: 'tanh' })),
  add: of(merged, () => layers.add()),
  average: of(merged, () => layers.average()),
  averagePooling1d: means1d(layers.averagePooling1d),
  averagePooling2d: means2d(layers.averagePooling2d),
  averagePooling3d: of(volume, () => layers.averagePooling3d({ poolSize: 2 })),
  avgPool1d: means1d(layers.avgPool1d),
  avgPool2d: means2d(layers.avgPool2d),
  avgPool3d: of(volume, () => layers.avgPool3d({ poolSize: 2, strides: 1 })),
  avgPooling1d: means1d(layers.avgPooling1d),
  avgPooling2d: means2d(layers.avgPooling2d),
  avgPooling3d: of(volume, () => layers.avgPooling3d({ poolSize: 2 })),
  batchNormalization: [...of(image, () => layers.batchNormalization({ momentum: 0.9 }))],
  bidirectional: of(
    sequence,
    () => layers.bidirectional({ layer: layers.gru({ units: 3, resetAfter: false }) as never, mergeMode: 'concat' }),
    () => layers.bidirectional({ layer: layers.lstm({ units: 3, returnSequences: true }) as never, mergeMode: 'sum' }),
  ),
  centerCrop: forwardOf(none, ...of(image, () => layers.centerCrop({ height: 3, width: 4 }))),
  concatenate: of(
    [
      [2, 3],
      [2, 4],
    ],
    () => layers.concatenate({ axis: -1 }),
  ),
  conv1d: of(sequence, () => layers.conv1d({ filters: 4, kernelSize: 3, padding: 'same', activation: 'relu' })),
  conv2d: [
    ...of(image, () => layers.conv2d({ filters: 3, kernelSize: 3, strides: 2, padding: 'same', activation: 'relu' })),
    ...forwardOf(none, ...of(image, () => layers.conv2d({ filters: 3, kernelSize: [2, 3], dilationRate: 2 }))),
  ],
  conv2dTranspose: of(image, () => layers.conv2dTranspose({ filters: 3, kernelSize: 3, strides: 2, padding: 'same' })),
  conv3d: of(volume, () => layers.conv3d({ filters: 3, kernelSize: 2, strides: 2, activation: 'tanh' })),
  conv3dTranspose: forwardOf(
    none,
    ...of(volume, () => layers.conv3dTranspose({ filters: 2, kernelSize: 2, strides: 2 })),
  ),
  convLstm2d: of([[1, 3, 5, 5, 2]], () => layers.convLstm2d({ filters: 2, kernelSize: 3, padding: 'same' })),
  convLstm2dCell: of([[1, 3, 5, 5, 2]], () => layers.convLstm2d({ filters: 2, kernelSize: 2, returnSequences: true })),
  cropping2D: of(image, () =>
    layers.cropping2D({
      cropping: [
        [1, 2],
        [0, 1],
      ],
    }),
  ),
  dense: of(matrix, () => layers.dense({ units: 5, activation: 'softmax' })).concat(
    of(sequence, () => layers.dense({ units: 5 })),
  ),
  depthwiseConv2d: of(image, () =>
    layers.depthwiseConv2d({ kernelSize: 3, depthMultiplier: 2, strides: 2, padding: 'same' }),
  ),
  dot: of(
    [
      [2, 3, 4],
      [2, 5, 4],
    ],
    () => layers.dot({ axes: -1, normalize: true }),
  ),
  dropout: of(matrix, () => layers.dropout({ rate: 0.4, seed: 3 })),
  elu: of(matrix, () => layers.elu({ alpha: 1 })),
  embedding: [{ layer: () => layers.embedding({ inputDim: 7, outputDim: 3 }), shapes: [[2, 4]], below: 7 }],
  flatten: of(image, () => layers.flatten()),
  globalAveragePooling1d: of(sequence, () => layers.globalAveragePooling1d()),
  globalAveragePooling2d: of(image, () => layers.globalAveragePooling2d({})),
  globalMaxPool1d: of(sequence, () => layers.globalMaxPool1d()),
  globalMaxPool2d: of(image, () => layers.globalMaxPool2d({})),
  globalMaxPooling1d: of(sequence, () => layers.globalMaxPooling1d()),
  globalMaxPooling2d: of(image, () => layers.globalMaxPooling2d({})),
  gru: recurrent(layers.gru),
  gruCell: looped(() => layers.gruCell({ units: 3 })),
  layerNormalization: of(sequence, () => layers.layerNormalization({ axis: -1 })),
  leakyReLU: of(matrix, () => layers.leakyReLU({ alpha: 0.2 })),
  lstm: recurrent(layers.lstm),
  lstmCell: looped(() => layers.lstmCell({ units: 3 })),
  masking: forwardOf(none, ...of(sequence, () => layers.masking({ maskValue: 0 }))),
  maxPool1d: maxima1d(layers.maxPool1d),
  maxPool2d: maxima2d(layers.maxPool2d),
  maxPooling1d: maxima1d(layers.maxPooling1d),
  maxPooling2d: maxima2d(layers.maxPooling2d),
  maxPooling3d: of(volume, () => layers.maxPooling3d({ poolSize: 2 })),
  maximum: of(merged, () => layers.maximum()),
  minimum: of(merged, () => layers.minimum()),
  multiply: of(merged, () => layers.multiply()),
  permute: of(image, () => layers.permute({ dims: [3, 1, 2] })),
  prelu: of(matrix, () => layers.prelu({ alphaInitializer: 'glorotUniform' })),
  reLU: of(matrix, () => layers.reLU({ maxValue: 1 })),
  repeatVector: of(matrix, () => layers.repeatVector({ n: 3 })),
  rescaling: of(image, () => layers.rescaling({ scale: 0.5, offset: 1 })),
  reshape: of(matrix, () => layers.reshape({ targetShape: [2, 2] })),
  resizing: of([[1, 4, 4, 2]], () => layers.resizing({ height: 8, width: 8 })),
  rnn: looped(() => layers.simpleRNNCell({ units: 3 })),
  separableConv2d: of(image, () => layers.separableConv2d({ filters: 3, kernelSize: 3, depthMultiplier: 2 })),
  simpleRNN: recurrent(layers.simpleRNN),
  simpleRNNCell: looped(() => layers.simpleRNNCell({ units: 3, activation: 'relu' })),
  softmax: of(matrix, () => layers.softmax()),
  spatialDropout1d: of(sequence, () => layers.spatialDropout1d({ rate: 0.4, seed: 5 })),
  stackedRNNCells: looped(() =>
    layers.stackedRNNCells({ cells: [layers.gruCell({ units: 3 }), layers.lstmCell({ units: 2 })] }),
  ),
  thresholdedReLU: forwardOf(none, ...of(matrix, () => layers.thresholdedReLU({ theta: 0.3 }))),
  timeDistributed: of(sequence, () => layers.timeDistributed({ layer: layers.dense({ units: 2 }) })),
  upSampling2d: of([[1, 4, 4, 2]], () => layers.upSampling2d({ size: [2, 2] })),
  zeroPadding2d: of(image, () =>
    layers.zeroPadding2d({
      padding: [
        [1, 2],
        [0, 3],
      ],
    }),
  ),
}

/** Layers that draw numbers without a seed: their results are compared in distribution. */
export const randomLayers: Readonly<Record<string, () => tf.layers.Layer>> = {
  alphaDropout: () => layers.alphaDropout({ rate: 0.3 }),
  gaussianDropout: () => layers.gaussianDropout({ rate: 0.3 }),
  gaussianNoise: () => layers.gaussianNoise({ stddev: 0.7 }),
}

/** Layers that read numbers while they are applied, which only the backend can: a graph is traced without numbers. */
export const readingLayers: Readonly<Record<string, readonly LayerCase[]>> = {
  categoryEncoding: (['multiHot', 'count'] as const).map((outputMode) => ({
    layer: () => layers.categoryEncoding({ numTokens: 6, outputMode }),
    shapes: [[3, 4]],
    below: 6,
  })),
  randomWidth: of([[1, 6, 8, 2]], () => layers.randomWidth({ factor: [0.25, 0.25], seed: 3 })),
}

/** Exports of tf.layers that are not tested, and why. */
export const exceptions: Readonly<Record<string, string>> = {
  Layer: 'the abstract class',
  RNN: 'the class behind rnn',
  RNNCell: 'the abstract class',
  input: 'makes a symbolic tensor of tfjs-layers and computes nothing',
  inputLayer: 'holds the shape of an input and computes nothing',
}
