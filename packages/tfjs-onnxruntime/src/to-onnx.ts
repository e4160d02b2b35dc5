/** From a function or a model to a standalone ONNX file. */
import type * as tf from '@tensorflow/tfjs-core'
import { EngineError } from './errors.ts'
import { dynamicBatch } from './graph/dynamic-batch.ts'
import type { Graph } from './graph/graph.ts'
import { optimize } from './graph/optimize.ts'
import { encodeModel } from './onnx/encode-model.ts'
import { checkNames } from './options.ts'
import { flattenSpecs, type InputSpecs } from './trace/input-spec.ts'
import type { Nested } from './trace/structure.ts'
import { type Trace, trace } from './trace/trace.ts'

/** One input of the exported graph. */
export interface OnnxInputSpec {
  /** `null` as the first length makes the batch size dynamic. */
  readonly shape: readonly (number | null)[]
  /** @default 'float32' */
  readonly dtype?: 'float32' | 'int32' | 'bool'
  /** @default 'input0', 'input1', ...; 'input0.weights' inside a structure */
  readonly name?: string
}

export interface ToOnnxOptions {
  /** Names of the outputs in the order in which the function returns them. @default keys of a returned object, else 'output0', 'output1', ... */
  readonly outputNames?: readonly string[]
  /** Metadata that is written to the file, by key. */
  readonly metadata?: Readonly<Record<string, string>>
}

/** A tfjs-layers model, or anything else with `apply`. */
export interface ApplicableModel {
  apply(inputs: tf.Tensor | tf.Tensor[], kwargs?: { readonly training: boolean }): unknown
}

/**
 * Writes a function of tensors, or a LayersModel in inference, as an ONNX model (opset 18, IR version 8) with its variables as initializers.
 *
 * Images stay as they are in tfjs: [N, H, W, C].
 *
 * @throws {EngineError} `bad-input` if the batch size is dynamic but the graph depends on it other than by shape
 * @example
 * const bytes = toOnnx((x) => model.forward(x, { training: false }), [{ shape: [null, 1024, 512, 1], name: 'images' }])
 */
export function toOnnx(
  // biome-ignore lint/suspicious/noExplicitAny: the caller chooses the ranks of the parameters.
  fnOrModel: ((...inputs: any[]) => unknown) | ApplicableModel,
  inputSpecs: readonly Nested<OnnxInputSpec>[],
  options: ToOnnxOptions = {},
): Uint8Array {
  checkNames(options, { outputNames: true, metadata: true }, 'toOnnx')
  const fn = typeof fnOrModel === 'function' ? (fnOrModel as (...inputs: tf.Tensor[]) => unknown) : applying(fnOrModel)
  const traceWith = (batch: number): Trace => trace(fn, withBatch(inputSpecs, batch), { freezeVariables: true })
  const isDynamic = flattenSpecs(inputSpecs).leaves.some(({ value }) => value.shape[0] === null)
  // Two prime sizes: a number that grows with them is the batch size, not a coincidence.
  const traced = traceWith(isDynamic ? 7 : 1)
  if (traced.randoms.length > 0)
    throw new EngineError(
      'bad-input',
      'Expected a function without random numbers but received one that draws them. Export inference, not training.',
    )
  const graph = optimize(traced.graph)
  return encodeModel(isDynamic ? dynamicBatch(graph, optimize(traceWith(11).graph), 7, 11) : graph, {
    inputNames: traced.inputs.map(({ spec, place }) => spec.name ?? `input${place}`),
    outputNames: namesOfOutputs(traced, graph, options),
    ...(options.metadata === undefined ? {} : { metadata: options.metadata }),
  })
}

function applying(model: ApplicableModel): (...inputs: tf.Tensor[]) => unknown {
  return (...inputs) => model.apply(inputs.length === 1 ? inputs[0] : inputs, { training: false })
}

function withBatch(specs: readonly Nested<OnnxInputSpec>[], batch: number): InputSpecs {
  const { leaves, unflatten } = flattenSpecs(specs)
  const closed = leaves.map(({ value: spec, place }) => {
    const shape = spec.shape.map((length, axis) => {
      if (length !== null) return length
      if (axis > 0)
        throw new EngineError(
          'bad-input',
          `Expected integers after the first dimension of input ${place} but received [${spec.shape}]. Only the batch size may be null.`,
          { place },
        )
      return batch
    })
    return { ...spec, shape }
  })
  return unflatten(closed) as InputSpecs
}

function namesOfOutputs(traced: Trace, graph: Graph, { outputNames }: ToOnnxOptions): string[] {
  const structure = traced.unflatten(graph.outputs.map((_, i) => i))
  const keys =
    structure !== null && typeof structure === 'object' && !Array.isArray(structure) ? Object.entries(structure) : []
  const byIndex = new Map(
    keys.filter(([, index]) => typeof index === 'number').map(([key, index]) => [index as number, key]),
  )
  return graph.outputs.map((_, i) => outputNames?.[i] ?? byIndex.get(i) ?? `output${i}`)
}
