/** What the three engines have in common: a tfjs function, prepared once, then run on arrays. */
import type { batchNormTraining, groupedConv2d } from '@mammokit/tfjs-onnxruntime'
import type * as tf from '@tensorflow/tfjs-core'
import type { EngineName, Precision } from './names.ts'

/** A tfjs function of tensors that returns tensors; it may read and assign variables. */
export type TensorFunction = (...inputs: tf.Tensor[]) => tf.Tensor[]

/** Options of `prepare` of an engine. */
export interface PrepareOptions {
  /**
   * The function reads variables but never assigns them, and they keep the values that they have now: a compiled function is faster for it.
   * @default false
   */
  readonly freezeVariables?: boolean
  /** Of random numbers (dropout) of a compiled function: run n draws the same ones every time. @default a new one for each function */
  readonly seed?: number
  /**
   * `float16`: products in half precision, sums and losses in float32; for `webgpu` and `cuda`, and on a `cpu` to try it. Train with a
   * `createLossScaler` of tfjs-onnxruntime. `bfloat16`, for `openvino`, on processors that have it, needs none. @default 'float32'
   */
  readonly precision?: Precision
}

/** A function of tensors, ready to run. */
export interface PreparedFunction {
  /** Runs the function once: float32 values of each input in, float32 values of each output out. Do not change an array before the promise settles. */
  run(...inputs: readonly Float32Array[]): Promise<Float32Array[]>
  /** Sets the number of the next run, of which random numbers are a function; those of TensorFlow's engines are not. */
  seek(run: number): void
  /** Copies the variables that the function assigned to where tfjs reads them; there is something to copy only on a device of its own. */
  download(): Promise<void>
  /** Frees what `prepare` made; the variables stay. */
  dispose(): Promise<void>
}

/** What prepares and runs functions of tensors. */
export interface TensorEngine {
  readonly name: EngineName
  /** Operators that are one kernel on this engine, where plain tfjs composes many: give them to the network. */
  readonly ops: {
    readonly groupedConv2d: typeof groupedConv2d
    readonly batchNormTraining: typeof batchNormTraining
    /** With padding by numbers, which TensorFlow's kernels do not take. */
    readonly maxPool?: (x: tf.Tensor4D, size: number, strides: number, pad: number) => tf.Tensor4D
  }
  /** Prepares a function for inputs of these shapes, float32. */
  prepare(
    fn: TensorFunction,
    shapes: readonly (readonly number[])[],
    options?: PrepareOptions,
  ): Promise<PreparedFunction>
}
