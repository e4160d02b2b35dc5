/** Operations that are recorded but not run yet, and the tensors that they read. */
import { EngineError } from '../errors.ts'
import { GraphBuilder } from '../graph/builder.ts'
import type { Graph, Value } from '../graph/graph.ts'
import { uniformNumbers } from '../kernels/random.ts'
import { claimStorage, type Storage } from '../memory/storage.ts'
import type { Entry } from './tensor-entry.ts'

export class Recording {
  readonly builder = new GraphBuilder()
  private readonly sources = new Map<Value, Entry>()
  private readonly inputs = new Map<Entry, Value>()

  constructor(isPortable: boolean) {
    this.builder.isPortable = isPortable
    // An input, so that new random numbers need no new session.
    this.builder.drawUniform = (count, seed) => {
      const drawn = { shape: [count], dtype: 'float32', values: uniformNumbers(count, seed) } as const
      return this.addInput({ ...drawn, pending: undefined, refCount: 1, isShared: false })
    }
  }

  /** The graph value of a tensor. @throws the error with which its computation failed */
  valueOf(entry: Entry): Value {
    if (entry.failure !== undefined) throw entry.failure
    return entry.pending ?? this.inputs.get(entry) ?? this.addInput(entry)
  }

  /** Whether a pending operation reads an already computed tensor. */
  reads(entry: Entry): boolean {
    return this.inputs.has(entry)
  }

  /** The tensor behind an input. */
  sourceOf(value: Value): Entry | undefined {
    return this.sources.get(value)
  }

  /** The graph that computes these values, and its input tensors. */
  finish(values: readonly Value[]): { readonly graph: Graph; readonly sources: readonly Entry[] } {
    const graph = this.builder.finish(values)
    return { graph, sources: graph.inputs.map((value) => this.sources.get(value)!) }
  }

  private addInput(entry: Entry): Value {
    if (entry.dtype === 'string' || entry.dtype === 'complex64')
      throw new EngineError(
        'unsupported-dtype',
        `Expected float32, int32 or bool but received ${entry.dtype}. Use tfjs's cpu backend for this tensor.`,
        { dtype: entry.dtype },
      )
    if (entry.isHeldOutside) {
      // The graph runs later, when its holder may have modified the array.
      entry.values = claimStorage((entry.values as Storage).slice())
      entry.isHeldOutside = false
    }
    const value = this.builder.input(entry.shape, entry.dtype)
    this.sources.set(value, entry)
    this.inputs.set(entry, value)
    return value
  }
}
