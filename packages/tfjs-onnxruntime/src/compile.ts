/** From a function to an executable: trace, passes, ONNX, session. */
import type * as tf from '@tensorflow/tfjs-core'
import type { Graph, Value } from './graph/graph.ts'
import type { Target } from './graph/optimize.ts'
import { encodeModel } from './onnx/encode-model.ts'
import { toHalfPrecision } from './onnx/half-precision.ts'
import { checkNames, checkOption, type NamesOf } from './options.ts'
import { findInPlaceWrites } from './plan/in-place-writes.ts'
import { type PreparedGraph, prepareGraph } from './prepare-graph.ts'
import { type Bindings, Executable, type OutputTensor } from './run/executable.ts'
import type { InputValue } from './run/inputs.ts'
import { type Fallback, selectProviders } from './run/providers.ts'
import {
  checkOptions,
  keepsOnDevice,
  openSession,
  type Precision,
  precisions,
  type SessionOptions,
} from './run/session.ts'
import { isCpu, sumsInFloat32 } from './runtime/runtime.ts'
import type { FunctionOf, InputSpec, InputSpecs } from './trace/input-spec.ts'
import { assertNoTrace, type Trace } from './trace/trace.ts'

/** Options of `compile`. */
export interface CompileOptions extends SessionOptions {
  /**
   * Makes the variables that the function reads constants of the graph: faster inference, but later changes of
   * the variables are not seen. Variables that the function assigns cannot be frozen. @default false
   */
  readonly freezeVariables?: boolean
  /**
   * Whole number from 0 to 2^53 - 1; with the same seed, run n draws the same random numbers (dropout) every time. @default a new one for
   * each compiled function
   */
  readonly seed?: number
  /**
   * Where updates by `createAdam` are computed: by the host in one pass over memory, or in the graph; by the host a step of
   * SE-ResNeXt50 at 2 x 512 x 256 takes 0.68 s instead of 0.76 s. On `webgpu` they are always part of the graph. @default 'host'
   */
  readonly updates?: 'host' | 'graph'
  /**
   * `float16`: convolutions and products of matrices, and what is computed element by element from them, in half precision; long sums,
   * statistics, exponentials and losses in float32, as in PyTorch's autocast. Inputs, results and variables stay float32. Train with a
   * `createLossScaler`. For graphics adapters: a `cpu` computes the same in float32 and rounds, which takes longer.
   *
   * `bfloat16`, with `openvino` alone: OpenVINO's own choice of what to compute in it, on a processor that has it. It has the range of
   * float32, so that a loss needs no scale. @default 'float32'
   */
  readonly precision?: Precision
}

/** Terms that a provider may sum in half precision. */
const longestHalfSum = 512

const optionNames = {
  executionProviders: true,
  intraOpNumThreads: true,
  graphOptimizationLevel: true,
  freezeVariables: true,
  seed: true,
  updates: true,
  precision: true,
  profileFilePrefix: true,
  optimizedModelFilePath: true,
  runtime: true,
} as const satisfies NamesOf<CompileOptions>

/** The results of a compiled function: what the function returned, with values in place of each tensor. */
export type Outputs<Result> = Result extends tf.Tensor
  ? OutputTensor
  : Result extends readonly unknown[] | object
    ? { [Key in keyof Result]: Outputs<Result[Key]> }
    : Result

/** Values in place of input specs. */
export type Inputs<Specs> = Specs extends InputSpec ? InputValue : { readonly [Key in keyof Specs]: Inputs<Specs[Key]> }

/** A compiled function. */
export interface Compiled<Result, Specs extends InputSpecs = readonly InputSpec[]> {
  /**
   * Runs the function once: a value for each input spec, in the specs' structure; variables that it assigns are updated afterward.
   * Runs of all compiled functions are serialized in the order of the calls. Input arrays are not copied: do not modify
   * them until the promise settles.
   */
  run(...inputs: { readonly [Key in keyof Specs]: Inputs<Specs[Key]> }): Promise<Outputs<Result>>
  /**
   * Copies the variables that the function assigns from the device to where tfjs stores them. On `webgpu` they stay on the device between runs, and
   * `variable.dataSync()` returns the values of the last download; on `cpu` this does nothing.
   */
  download(): Promise<void>
  /** Frees the session and all memory of the function, but not its variables. */
  dispose(): Promise<void>
  /** Number of runs so far. Random numbers depend on it and on the seed: set it to continue training. */
  step: number
  /** The execution provider that runs the graph. */
  readonly executionProvider: string
  /** Providers that were requested before it, and why they could not be used. */
  readonly fallbacks: readonly Fallback[]
}

/**
 * Compiles a function of TensorFlow.js tensors, with the gradients and the optimizer that it calls, to one ONNX graph.
 *
 * The function runs once, on symbolic tensors. Variables that it reads and assigns are read and written by each run
 * where tfjs stores them. A number that changes between runs must be an input. `null` as the first length of an input's shape leaves the batch size
 * open: it is that of the tensors of each run, the same for all inputs.
 *
 * @throws {EngineError} naming the kernel that cannot be compiled, the read of a value that does not exist yet, or the provider
 * @example
 * const double = await compile((x) => tf.mul(x, 2), [{ shape: [3] }])
 * const { data } = await double.run(new Float32Array([1, 2, 3])) // Float32Array [2, 4, 6]
 */
export async function compile<Result, const Specs extends InputSpecs>(
  fn: FunctionOf<Specs, Result>,
  inputSpecs: Specs,
  options: CompileOptions = {},
): Promise<Compiled<Result, Specs>> {
  checkCompileOptions(options)
  const { seed } = options
  assertNoTrace()
  await selectProviders(options)
  const providers = options.executionProviders ?? ['cpu']
  const isHalf = options.precision === 'float16'
  const target = targetOf(options)
  const prepared = prepareGraph(fn, inputSpecs, {
    freezeVariables: options.freezeVariables ?? false,
    target,
    updatesOnHost: updatesOnHost(options),
  })
  const { traced } = prepared
  const longestSum = providers.every(sumsInFloat32) ? Number.POSITIVE_INFINITY : longestHalfSum
  const { graph: stored, types } = isHalf
    ? toHalfPrecision(prepared.graph, { longestSum })
    : { graph: prepared.graph, types: undefined }
  const graph = dropUnused(stored, traced)
  const inputNames = namesOf(graph, traced)
  const outputNames = graph.outputs.map((_, i) => `output${i}`)
  // OpenVINO has an order of its own, and may read an old value after it wrote the new one.
  const bindings = bindingsOf(graph, prepared, inputNames, outputNames, target !== 'openvino')
  const model = encodeModel(graph, { inputNames, outputNames, ...(types && { types }) })
  const opened = await openSession(
    model,
    options,
    bindings.writes.map(({ name }) => name),
    options.precision,
  )
  const executable = new Executable(bindings, opened, seed ?? Math.trunc(Math.random() * 2 ** 31))
  const { match, unflatten } = traced
  return {
    executionProvider: opened.executionProvider,
    fallbacks: opened.fallbacks,
    run: async (...inputs) => unflatten(await executable.run(match(inputs) as InputValue[])) as Outputs<Result>,
    download: () => executable.download(),
    dispose: () => executable.dispose(),
    get step() {
      return executable.step
    },
    set step(step) {
      checkOption({ step }, 'a whole number from 0 to 2^53 - 1', (n) => Number.isSafeInteger(n) && (n as number) >= 0)
      executable.step = step
    },
  }
}

function checkCompileOptions(options: CompileOptions): void {
  checkNames(options, optionNames, 'compile')
  checkOptions(options)
  const { seed, updates, freezeVariables, precision } = options
  checkOption({ seed }, 'a whole number from 0 to 2^53 - 1', (n) => Number.isSafeInteger(n) && (n as number) >= 0)
  checkOption({ updates }, 'host or graph', (where) => where === 'host' || where === 'graph')
  checkOption({ precision }, precisions.join(', '), (name) => precisions.some((known) => known === name))
  const { executionProviders = ['cpu'], runtime } = options
  const others = executionProviders.filter((name) => name !== 'openvino')
  const isOnOpenVino = others.length === 0 && runtime === undefined
  if (others.length < executionProviders.length)
    checkOption(
      { precision },
      isOnOpenVino ? 'float32 or bfloat16, with openvino,' : 'float32, with openvino beside others,',
      (name) => name !== 'float16',
    )
  if (!isOnOpenVino)
    checkOption({ precision }, 'float32 or float16, without openvino alone,', (name) => name !== 'bfloat16')
  checkOption({ freezeVariables }, 'true or false', (value) => typeof value === 'boolean')
}

/** The form of the graph that the first provider suits, and that all of them can run. */
function targetOf({ executionProviders = ['cpu'], precision }: CompileOptions): Target {
  if (executionProviders.includes('openvino')) return 'openvino'
  return executionProviders.every(isCpu) && precision !== 'float16' ? 'cpu' : 'any'
}

/** If variables live on a device, their updates are part of the graph. */
function updatesOnHost({ updates, executionProviders = [] }: CompileOptions): boolean {
  return updates !== 'graph' && !executionProviders.some(keepsOnDevice)
}

/** Variables and random numbers that the optimized graph does not need are not among its inputs. */
function dropUnused(graph: Graph, { inputs }: Trace): Graph {
  const used = new Set<Value | undefined>([
    ...inputs.map(({ value }) => value),
    ...graph.nodes.flatMap((node) => node.inputs),
  ])
  return { ...graph, inputs: graph.inputs.filter((value) => used.has(value)) }
}

function namesOf(graph: Graph, { inputs, reads, randoms }: Trace): string[] {
  const names = new Map<Value, string>([
    ...inputs.map(({ value, spec, place }): [Value, string] => [value, spec.name ?? `input${place}`]),
    ...reads.map(({ variable, value }): [Value, string] => [value, `variable:${variable.name}`]),
    ...randoms.map(({ value }, i): [Value, string] => [value, `random:${i}`]),
  ])
  return graph.inputs.map((value) => names.get(value)!)
}

function bindingsOf(
  graph: Graph,
  { traced: { inputs, reads, writes, randoms, resultCount }, updates, isOpen, randomShapes }: PreparedGraph,
  inputNames: readonly string[],
  outputNames: readonly string[],
  mayOverwrite: boolean,
): Bindings {
  const nameOf = new Map(graph.inputs.map((value, i) => [value, inputNames[i]]))
  const inPlace = isOpen || !mayOverwrite ? new Set() : findInPlaceWrites(graph, reads, writes, resultCount)
  const used = ({ value }: { value: Value }): boolean => nameOf.has(value)
  return {
    inputs: inputs.map(({ value, spec, place }) => ({ name: nameOf.get(value)!, spec, place })),
    reads: reads.filter(used).map(({ variable, value }) => ({ name: nameOf.get(value)!, variable })),
    randoms: randoms.flatMap((random, i) => {
      const { value, distribution } = random
      const shapeAt = (batch: number): readonly number[] => randomShapes(batch)[i]
      return used(random) ? [{ name: nameOf.get(value)!, shapeAt, dtype: value.dtype, distribution }] : []
    }),
    results: graph.outputs.slice(0, resultCount).map(({ shape, dtype }, i) => ({ name: outputNames[i], shape, dtype })),
    writes: writes.map(({ variable }, i) => ({
      name: outputNames[resultCount + i],
      variable,
      inPlace: inPlace.has(variable),
    })),
    updates: updates.map(({ variable, m, v, beta2, gradient, decay, rate, floor, shrink, take }) => ({
      variable,
      m,
      v,
      beta2,
      gradient: outputNames[gradient],
      decay: outputNames[decay],
      rate: outputNames[rate],
      floor: outputNames[floor],
      shrink: shrink === undefined ? undefined : outputNames[shrink],
      take: take === undefined ? undefined : outputNames[take],
    })),
  }
}
