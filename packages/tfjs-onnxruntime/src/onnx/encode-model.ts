/**
 * Writes a graph as an ONNX model.
 *
 * Reference: https://github.com/onnx/onnx/blob/v1.16.0/onnx/onnx.proto (field numbers below are those of its messages).
 */
import protobuf from 'protobufjs/minimal.js'
import { EngineError } from '../errors.ts'
import { type Attribute, type Graph, type Node, numbersOf, sizeOf, type Value } from '../graph/graph.ts'
import { openNameOf } from '../graph/open-lengths.ts'
import { dataTypes } from '../graph/operators/elementwise.ts'
import { contributed, opset } from '../graph/operators.ts'
import { toFloat16Bits } from './float16.ts'
import { forOpset } from './for-opset.ts'
import type { StoredGraph } from './stored-graph.ts'

type Writer = protobuf.Writer

/** The ONNX IR versions that belong to the opsets that can be written. */
const irVersions: Readonly<Record<number, number>> = {
  16: 8,
  17: 8,
  18: 8,
  19: 9,
  20: 9,
  21: 10,
  22: 10,
  23: 11,
  24: 12,
}

/** The opsets that can be written. */
export const opsets: readonly number[] = Object.keys(irVersions).map(Number)

const maxModelBytes = 2 ** 31 - 1

export interface EncodeOptions {
  /** Names of the graph's inputs and outputs, in order. */
  readonly inputNames: readonly string[]
  readonly outputNames: readonly string[]
  readonly metadata?: Readonly<Record<string, string>>
  /** Version of ONNX's operators. @default 18 */
  readonly opset?: number
  /** Constants that are stored in another type than their own. @default none */
  readonly types?: StoredGraph['types']
}

/** The bytes of an ONNX model. @throws {EngineError} `too-large` if they would exceed protobuf's limit of 2 GB, `bad-input` if two names are equal or the opset lacks an operator */
export function encodeModel(given: Graph, options: EncodeOptions): Uint8Array {
  const version = options.opset ?? opset
  const graph = forOpset(given, version)
  const types: StoredGraph['types'] = options.types ?? new Map()
  checkNames([...options.inputNames, ...options.outputNames])
  const names = nameValues(graph, options)
  const constants = collectConstants(graph)
  checkSize(
    constants.reduce((sum, value) => sum + sizeOf(value.shape) * bytesPerElement[types.get(value) ?? value.dtype], 0),
  )
  const writer = protobuf.Writer.create()
  writer.uint32(8).int64(irVersions[version])
  writer.uint32(18).string('@mammokit/tfjs-onnxruntime')
  message(writer, 7, (inner) => writeGraph(inner, graph, names, constants, types))
  message(writer, 8, (inner) => inner.uint32(10).string('').uint32(16).int64(version))
  if (graph.nodes.some(({ op }) => contributed.operators.has(op)))
    message(writer, 8, (inner) => inner.uint32(10).string(contributed.domain).uint32(16).int64(contributed.version))
  for (const [key, value] of Object.entries(options.metadata ?? {}))
    message(writer, 14, (inner) => inner.uint32(10).string(key).uint32(18).string(value))
  checkSize(writer.len)
  return writer.finish()
}

function checkNames(names: readonly string[]): void {
  const seen = new Set<string>()
  const twice = names.find((name) => seen.size === seen.add(name).size)
  if (twice === undefined) return
  throw new EngineError(
    'bad-input',
    `Expected distinct names for the graph's inputs and outputs but received ${twice} twice. Rename one.`,
    { name: twice },
  )
}

const bytesPerElement = { float32: 4, int32: 4, int64: 8, bool: 1, float16: 2, int8: 1 }

/** ONNX's numbers for the types of stored constants. */
const storedTypes = { ...dataTypes, int8: 3, float16: 10 }

function checkSize(bytes: number): void {
  if (bytes <= maxModelBytes) return
  throw new EngineError(
    'too-large',
    `Expected an ONNX model of less than 2 GB but received ${(bytes / 2 ** 30).toFixed(1)} GB, mostly constants. Turn large tensors into variables or inputs of the function, and do not freeze variables.`,
    { bytes },
  )
}

type Names = Map<Value, string>

function nameValues(graph: Graph, options: EncodeOptions): Names {
  const names: Names = new Map()
  graph.inputs.forEach((value, i) => {
    names.set(value, options.inputNames[i])
  })
  graph.outputs.forEach((value, i) => {
    names.set(value, options.outputNames[i])
  })
  const taken = new Set(names.values())
  let next = 0
  const name = (value: Value): void => {
    if (names.has(value)) return
    while (taken.has(`v${next}`)) next++
    names.set(value, `v${next++}`)
  }
  for (const node of graph.nodes)
    for (const value of [...node.inputs, ...requiredOutputs(node)]) if (value !== undefined) name(value)
  return names
}

/** The indices of MaxPool are the only optional output: they are computed if they have a name. */
function requiredOutputs({ op, outputs }: Node): readonly Value[] {
  return op === 'MaxPool' ? outputs.slice(0, 1) : outputs
}

function collectConstants(graph: Graph): Value[] {
  const found = new Set<Value>()
  for (const node of graph.nodes) for (const value of node.inputs) if (value?.constant !== undefined) found.add(value)
  return [...found]
}

function writeGraph(
  writer: Writer,
  graph: Graph,
  names: Names,
  constants: readonly Value[],
  types: StoredGraph['types'],
): void {
  graph.nodes.forEach((node, index) => {
    message(writer, 1, (inner) => writeNode(inner, node, names, index))
  })
  writer.uint32(18).string('main')
  for (const value of constants)
    message(writer, 5, (inner) => writeTensor(inner, value, names.get(value)!, types.get(value) ?? value.dtype))
  for (const value of graph.inputs) message(writer, 11, (inner) => writeValueInfo(inner, value, names.get(value)!))
  for (const value of graph.outputs) message(writer, 12, (inner) => writeValueInfo(inner, value, names.get(value)!))
}

function writeNode(writer: Writer, node: Node, names: Names, index: number): void {
  for (const value of node.inputs) writer.uint32(10).string(value === undefined ? '' : names.get(value)!)
  const lastNamed = node.outputs.findLastIndex((value) => names.has(value))
  for (const value of node.outputs.slice(0, lastNamed + 1)) writer.uint32(18).string(names.get(value) ?? '')
  writer.uint32(26).string(`${node.op}_${index}`).uint32(34).string(node.op)
  if (contributed.operators.has(node.op)) writer.uint32(58).string(contributed.domain)
  for (const [name, attribute] of Object.entries(node.attributes))
    message(writer, 5, (inner) => writeAttribute(inner, name, attribute))
}

function writeAttribute(writer: Writer, name: string, attribute: Attribute): void {
  writer.uint32(10).string(name)
  if (typeof attribute === 'number') writer.uint32(24).int64(attribute).uint32(160).int32(2)
  else if (typeof attribute === 'string') writer.uint32(34).string(attribute).uint32(160).int32(3)
  else if ('float' in attribute) writer.uint32(21).float(attribute.float).uint32(160).int32(1)
  else {
    for (const value of attribute) writer.uint32(64).int64(value)
    writer.uint32(160).int32(7)
  }
}

function writeTensor(writer: Writer, value: Value, name: string, type: keyof typeof storedTypes): void {
  for (const length of value.shape) writer.uint32(8).int64(length)
  writer.uint32(16).int32(storedTypes[type])
  writer.uint32(66).string(name)
  writer.uint32(74).bytes(rawBytes(value, type))
}

function rawBytes(value: Value, type: keyof typeof storedTypes): Uint8Array {
  const numbers = numbersOf(value)
  if (type === 'float16') return new Uint8Array(toFloat16Bits(numbers).buffer)
  if (type === 'int8') return new Uint8Array(Int8Array.from(numbers).buffer)
  if (value.dtype === 'int64') return new Uint8Array(BigInt64Array.from(Array.from(numbers), BigInt).buffer)
  const array = numbers as Float32Array
  return new Uint8Array(array.buffer, array.byteOffset, array.byteLength)
}

function writeValueInfo(writer: Writer, value: Value, name: string): void {
  writer.uint32(10).string(name)
  message(writer, 2, (type) =>
    message(type, 1, (tensor) => {
      tensor.uint32(8).int32(dataTypes[value.dtype])
      message(tensor, 2, (shape) => {
        for (const length of value.shape)
          message(shape, 1, (dimension) => {
            if (length >= 0) dimension.uint32(8).int64(length)
            else if (openNameOf(length) !== undefined) dimension.uint32(18).string(openNameOf(length)!)
          })
      })
    }),
  )
}

function message(writer: Writer, field: number, write: (inner: Writer) => void): void {
  writer.uint32((field << 3) | 2).fork()
  write(writer)
  writer.ldelim()
}
