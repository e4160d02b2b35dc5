/** From a function to an executable: trace, passes, ONNX, session. */
import type * as tf from '@tensorflow/tfjs-core'
import type { Graph, Value } from './graph/graph.ts'
import { optimize } from './graph/optimize.ts'
import { encodeModel } from './run/encode.ts'
import { Executable, type OutputTensor } from './run/executable.ts'
import type { InputValue } from './run/inputs.ts'
import { openSession, type SessionOptions } from './run/session.ts'
import { type InputSpec, trace, type VariableRead } from './trace/trace.ts'

export interface CompileOptions extends SessionOptions {
  /**
   * Makes the variables that the function reads constants of the graph: faster inference, but later changes of
   * the variables are not seen. Variables that the function assigns cannot be frozen. @default false
   */
  readonly freezeVariables?: boolean
}

/** The results of a compiled function: what the function returned, with numbers in the place of each tensor. */
export type Outputs<Result> = Result extends tf.Tensor
  ? OutputTensor
  : Result extends readonly unknown[] | object
    ? { [Key in keyof Result]: Outputs<Result[Key]> }
    : Result

export interface Compiled<Result> {
  /** Runs the function once: one value for each input spec; variables that it assigns have their new values afterwards. */
  run(...inputs: InputValue[]): Promise<Outputs<Result>>
  /** Frees the session and all memory of the function, but not its variables. */
  dispose(): Promise<void>
  /** The execution provider that runs the graph. */
  readonly executionProvider: string
  /** Providers that were asked for before it, and why they could not be used. */
  readonly fallbacks: readonly { readonly executionProvider: string; readonly reason: string }[]
}

/**
 * Compiles a function of TensorFlow.js tensors, with the gradients and the optimiser that it calls, to one ONNX graph.
 *
 * The function runs once, on symbolic tensors. Variables that it reads and assigns are read and written by each run
 * where tfjs stores them. A number that changes between runs must be an input.
 *
 * @throws {EngineError} naming the kernel that cannot be compiled, the read of a value that does not exist yet, or the provider
 * @example
 * const double = await compile((x) => tf.mul(x, 2), [{ shape: [3] }])
 * const { data } = await double.run(new Float32Array([1, 2, 3])) // Float32Array [2, 4, 6]
 */
export async function compile<Result>(
  // biome-ignore lint/suspicious/noExplicitAny: the ranks of the parameters are the caller's; specs are checked at run time.
  fn: (...inputs: any[]) => Result,
  inputSpecs: readonly InputSpec[],
  options: CompileOptions = {},
): Promise<Compiled<Result>> {
  const traced = trace(fn, inputSpecs, { freezeVariables: options.freezeVariables ?? false })
  const graph = dropUnused(optimize(traced.graph), traced.inputs)
  const inputNames = namesOf(graph, inputSpecs, traced.reads)
  const outputNames = graph.outputs.map((_, i) => `output${i}`)
  const opened = await openSession(encodeModel(graph, { inputNames, outputNames }), options)
  const executable = new Executable({
    graph,
    inputNames,
    outputNames,
    specs: inputSpecs,
    reads: traced.reads,
    writes: traced.writes,
    opened,
  })
  return {
    executionProvider: opened.executionProvider,
    fallbacks: opened.fallbacks,
    run: async (...inputs) => traced.rebuild(await executable.run(inputs)) as Outputs<Result>,
    dispose: () => executable.dispose(),
  }
}

/** Variables whose value the optimised graph does not need are no inputs of it. */
function dropUnused(graph: Graph, keep: readonly Value[]): Graph {
  const used = new Set<Value | undefined>([...keep, ...graph.nodes.flatMap((node) => node.inputs)])
  return { ...graph, inputs: graph.inputs.filter((value) => used.has(value)) }
}

function namesOf(graph: Graph, specs: readonly InputSpec[], reads: readonly VariableRead[]): string[] {
  const names = new Map<Value, string>(reads.map(({ variable, value }) => [value, `variable:${variable.name}`]))
  return graph.inputs.map((value, i) => names.get(value) ?? specs[i].name ?? `input${i}`)
}
