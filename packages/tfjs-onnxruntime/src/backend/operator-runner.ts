/** Runs graphs operator by operator, each with a session of its own that graphs share: opening one for a whole graph takes as long as dozens of such runs. */
import type { Tensor as OrtTensor, TensorConstructor } from 'onnxruntime-common'
import { type ElementType, type Graph, type Node, numbersOf, sizeOf, type Value } from '../graph/graph.ts'
import { anyLength } from '../graph/open-lengths.ts'
import { recomputeOperators } from '../graph/operators/recompute.ts'
import { updateOperators } from '../graph/operators/update.ts'
import { removeDeadNodes } from '../graph/rewrite.ts'
import type { Storage } from '../memory/storage.ts'
import { encodeModel } from '../onnx/encode-model.ts'
import type { BackendSession, Feeds, OpenOperator, Source } from './backend-session.ts'

const maxSessions = 512
/** Most elements that a graph's nodes may make: what is not fused is written to memory and read again. */
const maxElements = 1 << 25

/** Whether a graph consists of ONNX operators on tensors that are small together. */
export function isRunByOperators({ nodes }: Graph): boolean {
  let elements = 0
  for (const { op, outputs } of nodes) {
    if (op in updateOperators || op in recomputeOperators) return false
    for (const { shape } of outputs) elements += sizeOf(shape)
  }
  return elements <= maxElements
}

/** One operator: its session, or none where it only gives a tensor another shape, and where its tensors are kept. */
interface Step {
  readonly session: BackendSession | undefined
  readonly feeds: readonly { readonly name: string; readonly slot: number }[]
  readonly fetches: Readonly<Record<string, null>>
  readonly outputs: readonly { readonly name: string; readonly slot: number; readonly value: Value }[]
  /** Slots that no later operator reads. */
  readonly free: readonly number[]
}

/** The operators of a graph, prepared to be run. */
export interface OperatorPlan {
  readonly inputs: readonly Value[]
  readonly constants: readonly { readonly slot: number; readonly tensor: OrtTensor }[]
  readonly steps: readonly Step[]
  readonly results: readonly number[]
}

export class OperatorRunner {
  private sessions = new Map<string, BackendSession>()
  private readonly Tensor: TensorConstructor
  private readonly open: OpenOperator

  constructor(Tensor: TensorConstructor, open: OpenOperator) {
    this.Tensor = Tensor
    this.open = open
  }

  prepare(graph: Graph): OperatorPlan {
    const { nodes, inputs } = removeDeadNodes(graph)
    const slots = new Map<Value, number>()
    const slotOf = (value: Value): number => {
      const slot = slots.get(value) ?? slots.size
      slots.set(value, slot)
      return slot
    }
    for (const value of inputs) slotOf(value)
    const lastReaders = new Map<Value, Node>()
    for (const node of nodes) for (const value of node.inputs) if (value !== undefined) lastReaders.set(value, node)
    const results = new Set(graph.outputs)
    const constants: { slot: number; tensor: OrtTensor }[] = []
    const steps = nodes.map((node): Step => {
      const feeds: { name: string; slot: number }[] = []
      const free = new Set<number>()
      node.inputs.forEach((value, i) => {
        if (value === undefined || isBuiltIn(node, i)) return
        if (value.constant !== undefined && !slots.has(value))
          constants.push({ slot: slotOf(value), tensor: this.constant(value) })
        feeds.push({ name: `i${i}`, slot: slotOf(value) })
        const isKept = value.constant !== undefined || results.has(value)
        if (!isKept && lastReaders.get(value) === node) free.add(slotOf(value))
      })
      const used = node.outputs.findLastIndex((value) => lastReaders.has(value) || results.has(value)) + 1
      const outputs = node.outputs.slice(0, used).map((value, i) => ({ name: `o${i}`, slot: slotOf(value), value }))
      const fetches = Object.fromEntries(outputs.map(({ name }) => [name, null]))
      const session = reshapes.has(node.op) ? undefined : this.sessionFor(node, used)
      return { session, feeds, fetches, outputs, free: [...free] }
    })
    return { inputs, constants, steps, results: graph.outputs.map(slotOf) }
  }

  /** The values of the graph's outputs. `sources` are those of its inputs. */
  run({ inputs, constants, steps, results }: OperatorPlan, sources: readonly Source[]): Storage[] {
    const tensors: (OrtTensor | undefined)[] = inputs.map(({ dtype, shape }, i) =>
      this.tensor(dtype, sources[i].values as Storage, shape),
    )
    for (const { slot, tensor } of constants) tensors[slot] = tensor
    for (const step of steps) {
      this.runStep(step, tensors)
      for (const slot of step.free) tensors[slot] = undefined
    }
    const taken = new Set<unknown>(sources.map(({ values }) => values))
    return results.map((slot) => {
      const data = tensors[slot]!.data as Storage
      // A tensor with another shape shares its numbers with those that it is made of.
      const own = taken.has(data) ? data.slice() : data
      taken.add(own)
      return own
    })
  }

  dispose(): void {
    for (const session of this.sessions.values()) session.dispose()
    this.sessions.clear()
  }

  private runStep({ session, feeds, fetches, outputs }: Step, tensors: (OrtTensor | undefined)[]): void {
    if (session === undefined) {
      const [{ slot, value }] = outputs
      tensors[slot] = this.tensor(value.dtype, tensors[feeds[0].slot]!.data as Storage, value.shape)
      return
    }
    const fed: Feeds = {}
    for (const { name, slot } of feeds) fed[name] = tensors[slot]!
    const fetched = session.run(fed, fetches) as Feeds
    for (const { name, slot } of outputs) tensors[slot] = fetched[name]
  }

  private sessionFor(node: Node, outputCount: number): BackendSession {
    const key = keyOf(node, outputCount)
    const known = this.sessions.get(key)
    if (known !== undefined) return known
    // Plans may hold those that are dropped, which are freed with them.
    if (this.sessions.size === maxSessions) this.sessions = new Map()
    const session = this.open(modelOf(node, outputCount))
    this.sessions.set(key, session)
    return session
  }

  private constant(value: Value): OrtTensor {
    const numbers = numbersOf(value)
    const data = value.dtype === 'int64' ? BigInt64Array.from(Array.from(numbers), BigInt) : (numbers as Storage)
    return this.tensor(value.dtype, data, value.shape)
  }

  private tensor(dtype: ElementType, data: Storage | BigInt64Array, shape: readonly number[]): OrtTensor {
    return new this.Tensor(dtype as 'float32', data as Float32Array, shape)
  }
}

/** Operators that only give a tensor another shape. */
const reshapes = new Set(['Reshape', 'Identity'])

/** Whether an input is a constant of the model: ONNX Runtime wants to know sizes in advance. */
function isBuiltIn({ op, inputs }: Node, index: number): boolean {
  return op === 'Resize' && inputs[index]?.constant !== undefined
}

/** Equal for nodes that one session computes: lengths are open. */
function keyOf(node: Node, outputCount: number): string {
  let key = node.op
  node.inputs.forEach((value, i) => {
    if (value === undefined) key += ' -'
    else if (isBuiltIn(node, i)) key += ` ${value.dtype}${Array.from(numbersOf(value))}`
    else key += ` ${value.dtype}${value.shape.length}`
  })
  return `${key} ${outputCount}${JSON.stringify(node.attributes)}`
}

/** The model of one node, with open lengths and constants as inputs. */
function modelOf(node: Node, outputCount: number): Uint8Array {
  const opened = ({ dtype, shape }: Value): Value => ({ dtype, shape: shape.map(() => anyLength) })
  const inputs = node.inputs.map((value, i) => (isBuiltIn(node, i) ? value : value && opened(value)))
  const outputs = node.outputs.map(opened)
  const inputNames: string[] = []
  const fed = inputs.filter((value, i) => {
    const isFed = value !== undefined && !isBuiltIn(node, i)
    if (isFed) inputNames.push(`i${i}`)
    return isFed
  }) as Value[]
  const fetched = outputs.slice(0, outputCount)
  return encodeModel(
    { inputs: fed, nodes: [{ ...node, inputs, outputs }], outputs: fetched },
    { inputNames, outputNames: fetched.map((_, i) => `o${i}`) },
  )
}
