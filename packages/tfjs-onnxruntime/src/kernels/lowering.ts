/** What a lowering is: tfjs's kernel in, nodes of ONNX operators out. */
import type { GraphBuilder } from '../graph/builder.ts'
import type { Value } from '../graph/graph.ts'

export type KernelInputs = Readonly<Record<string, Value>>

type LoweringMethod = { lower(builder: GraphBuilder, inputs: KernelInputs, attrs: object): Value | Value[] | undefined }

/**
 * Adds the nodes of a kernel call to a builder and returns the values of its outputs, or undefined if a graph cannot express
 * the call. Tensors are NHWC here, as in tfjs.
 */
export type Lowering = LoweringMethod['lower']

/** A family of kernels: tfjs's kernel name to its lowering. */
export type LoweringTable = Readonly<Record<string, Lowering>>
