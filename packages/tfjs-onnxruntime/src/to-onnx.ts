/** From a function or a model to a standalone ONNX file. */
import type * as tf from '@tensorflow/tfjs-core'
import { EngineError } from './errors.ts'
import type { Graph } from './graph/graph.ts'
import { openGraph } from './graph/open-graph.ts'
import { optimize } from './graph/optimize.ts'
import { encodeModel, opsets } from './onnx/encode-model.ts'
import { foldWeights } from './onnx/fold-weights.ts'
import { reducePrecision } from './onnx/reduce-precision.ts'
import { checkNames, checkOption } from './options.ts'
import type { InputSpec, InputSpecs } from './trace/input-spec.ts'
import { openSpecs, traceAll } from './trace/open-specs.ts'
import { type Trace, trace } from './trace/trace.ts'

/** One input of the exported graph. */
export type OnnxInputSpec = InputSpec

/** Options of the export to an ONNX file. */
export interface ToOnnxOptions {
  /** Names of the outputs in the order in which the function returns them. @default keys of a returned object, else 'output0', 'output1', ... */
  readonly outputNames?: readonly string[]
  /** Metadata that is written to the file, by key. */
  readonly metadata?: Readonly<Record<string, string>>
  /** Version of ONNX's operators, 16 to 24. @default 18 */
  readonly opset?: number
  /**
   * `float16`: weights and computation in half precision, half the size; inputs and outputs stay float32. `int8`: weights of 8 bits with
   * one scale for each output channel, a quarter of the size, computed in float32. @default 'float32'
   */
  readonly precision?: 'float32' | 'float16' | 'int8'
}

/** A tfjs-layers model, or anything else with `apply`. */
export interface ApplicableModel {
  apply(inputs: tf.Tensor | tf.Tensor[], kwargs?: { readonly training: boolean }): unknown
}

/**
 * Writes a function of tensors, or a LayersModel in inference, as an ONNX model with its variables as initializers.
 *
 * Images stay as they are in tfjs: [N, H, W, C]. Normalizations behind convolutions are folded into their weights, where nothing else reads either.
 *
 * `null` in the shape of a spec leaves the batch size open, and the height and width of images.
 *
 * @throws {EngineError} `bad-input` naming an operator that depends on an open size other than by shape, or that the opset lacks
 * @example
 * const bytes = toOnnx((x) => model.forward(x, { training: false }), [{ shape: [null, 1024, 512, 1], name: 'images' }])
 */
export function toOnnx(
  // biome-ignore lint/suspicious/noExplicitAny: the caller chooses the ranks of the parameters.
  fnOrModel: ((...inputs: any[]) => unknown) | ApplicableModel,
  inputSpecs: InputSpecs,
  options: ToOnnxOptions = {},
): Uint8Array {
  checkNames(options, { outputNames: true, metadata: true, opset: true, precision: true }, 'toOnnx')
  const { opset, precision, metadata } = options
  checkOption({ precision }, 'float32, float16 or int8', (type) => precisions.includes(type))
  checkOption({ opset }, `a whole number from ${opsets[0]} to ${opsets[opsets.length - 1]}`, (n) =>
    opsets.includes(n as number),
  )
  checkOption({ metadata }, 'an object of strings', isStrings)
  const fn = typeof fnOrModel === 'function' ? (fnOrModel as (...inputs: tf.Tensor[]) => unknown) : applying(fnOrModel)
  const { closed, sizes } = openSpecs(inputSpecs, ['batch', 'height', 'width'])
  const traces = traceAll(closed, sizes, (specs) => trace(fn, specs, { freezeVariables: true }))
  const [traced] = traces
  if (traced.randoms.length > 0)
    throw new EngineError(
      'bad-input',
      'Expected a function without random numbers but received one that draws them. Export inference, not training.',
    )
  const graphs = traces.map(({ graph }) => optimize(graph))
  const whole = sizes.size === 0 ? graphs[0] : openGraph(graphs, sizes).graph
  const { graph, types } = reducePrecision(
    foldWeights(whole, { isHalf: precision === 'float16' }),
    precision ?? 'float32',
  )
  return encodeModel(graph, {
    types,
    inputNames: traced.inputs.map(({ spec, place }) => spec.name ?? `input${place}`),
    outputNames: namesOfOutputs(traced, graphs[0], options),
    ...(metadata === undefined ? {} : { metadata }),
    ...(opset === undefined ? {} : { opset }),
  })
}

const precisions: readonly unknown[] = ['float32', 'float16', 'int8']

function applying(model: ApplicableModel): (...inputs: tf.Tensor[]) => unknown {
  return (...inputs) => model.apply(inputs.length === 1 ? inputs[0] : inputs, { training: false })
}

function isStrings(metadata: unknown): boolean {
  return (
    metadata !== null &&
    typeof metadata === 'object' &&
    Object.values(metadata).every((value) => typeof value === 'string')
  )
}

function namesOfOutputs(traced: Trace, graph: Graph, { outputNames }: ToOnnxOptions): string[] {
  const count = graph.outputs.length
  checkOption(
    { outputNames },
    `an array of ${count} different names, one for each result,`,
    (names) =>
      Array.isArray(names) &&
      names.length === count &&
      new Set(names).size === count &&
      names.every((name) => typeof name === 'string' && name !== ''),
  )
  const structure = traced.unflatten(graph.outputs.map((_, i) => i))
  const keys =
    structure !== null && typeof structure === 'object' && !Array.isArray(structure) ? Object.entries(structure) : []
  const byIndex = new Map(
    keys.filter(([, index]) => typeof index === 'number').map(([key, index]) => [index as number, key]),
  )
  return graph.outputs.map((_, i) => outputNames?.[i] ?? byIndex.get(i) ?? `output${i}`)
}
