/** A trained network as one ONNX file: gray values in, logit and probability out, and in its metadata all that is needed to use it. */
import { createSeResNeXt, defaultConfig, type SeResNeXtConfig, type StateDict } from '@mammokit/seresnext'
import { openEngine } from '@mammokit/tensor-engine'
import { type ToOnnxOptions, toOnnx } from '@mammokit/tfjs-onnxruntime'
import * as tf from '@tensorflow/tfjs-core'
import type { ClassifierConfig } from '../classifier.ts'
import { ClassifierError } from '../classifier-error.ts'
import { type CellGrid, mapGrid } from '../heatmap/activation-map.ts'
import { classActivation, hasClassActivation } from '../heatmap/class-activation.ts'

/** Precision and metadata of an exported ONNX file. */
export interface ExportOptions {
  /** `float16`: weights and computation in half precision; `int8`: weights of 8 bits, computed in float32. @default 'float32' */
  readonly precision?: NonNullable<ToOnnxOptions['precision']>
  /** Kept in the file, by key. */
  readonly metadata?: Readonly<Record<string, string>>
}

/** tfjs allows the name of a variable once in a process. */
let exported = 0

/** The cells of the exported file's class activation map; null after a pooling where a forward pass gives none. */
export function exportedMap({ model, image }: ClassifierConfig): CellGrid | null {
  const { globalPool, layers } = { ...defaultConfig, ...model }
  return hasClassActivation(globalPool) ? mapGrid(model, image, { method: 'cam', stage: layers.length }) : null
}

/**
 * Writes a network as ONNX: `images` float32 [N, height, width, 1], gray values of 16 bits divided by 65,535, any N; `logit` and
 * `probability` float32 [N, 1], and after average pooling `activation_map` float32 [N, height / 32, width / 32], whose mean is the
 * logit less the last layer's bias; after a pool of the highest places a value of each place. The normalization is part of the graph.
 *
 * @throws SeResNeXtError for a network that cannot be built, or weights of another one; {ClassifierError} `breast-network`; {EngineError} as `toOnnx`
 * @example
 * const bytes = await exportOnnx(config, decodeSafetensors(await readFile('model.safetensors')).tensors)
 */
export async function exportOnnx(
  { model: modelConfig, image }: ClassifierConfig,
  weights: StateDict,
  { precision = 'float32', metadata = {} }: ExportOptions = {},
): Promise<Uint8Array> {
  const { fusion = null, ...networkConfig } = modelConfig
  if (fusion !== null) {
    const message = `Expected a network of single images to export but received one that fuses the images of a breast (${fusion}). Use predict, select and test.`
    throw new ClassifierError('breast-network', message, { fusion })
  }
  const { ops } = await openEngine('onnxruntime', { threads: 1 })
  const model = createSeResNeXt(networkConfig as SeResNeXtConfig, { ops, scope: `export-${exported++}` })
  try {
    model.loadStateDict(weights)
    const { height, width, mean, std } = image
    const hasMap = hasClassActivation(model.config.globalPool)
    const forward = (images: tf.Tensor4D) => {
      const features = model.forwardFeatures(tf.div(tf.sub(images, mean), std), { training: false })
      const logit = model.forwardHead(features)
      const given = { logit, probability: tf.sigmoid(logit) }
      return hasMap ? { ...given, activation_map: classActivation(model, features) } : given
    }
    return toOnnx(forward, [{ shape: [null, height, width, 1], name: 'images' }], { precision, metadata })
  } finally {
    model.dispose()
  }
}
