/** Variables of an executable on the host: read and written where tfjs stores them. */
import type * as tf from '@tensorflow/tfjs-core'
import { sizeOf } from '../graph/graph.ts'
import { allocateStorage, ownsStorage, readStorage, type Storage, writeStorage } from '../memory/storage.ts'
import { type Runtime, writesToFetches } from '../runtime/runtime.ts'
import { downloadVariables, dropResident } from './residents.ts'
import { TensorWrapper } from './tensor-wrapper.ts'
import type { Feeds, Fetches, NamedVariable, VariableStore } from './variable-store.ts'

/** `inPlace`: the graph reads the old value only before it writes the new one. */
export interface WrittenVariable extends NamedVariable {
  readonly inPlace: boolean
}

export class MemoryVariables implements VariableStore {
  private readonly reads: readonly NamedVariable[]
  private readonly writes: readonly WrittenVariable[]
  private readonly wrapper: TensorWrapper
  private readonly isWritable: boolean
  /** Arrays that held earlier values, to be reused by the next run. */
  private readonly spares = new Map<string, Storage>()
  private targets: Storage[] = []

  constructor(runtime: Runtime, reads: readonly NamedVariable[], writes: readonly WrittenVariable[]) {
    this.reads = reads
    this.writes = writes
    this.wrapper = new TensorWrapper(runtime)
    this.isWritable = writesToFetches(runtime)
  }

  async prepare(feeds: Feeds, fetches: Fetches): Promise<void> {
    const inputs = new Set(Object.values(feeds).map(({ data }) => data as Storage))
    await downloadVariables(this.reads.map(({ variable }) => variable))
    for (const { name, variable } of this.reads) feeds[name] = this.wrap(variable, readStorage(variable))
    if (this.isWritable) this.targets = this.writes.map((write) => this.targetOf(write, inputs))
    for (const [i, { name, variable }] of this.writes.entries())
      fetches[name] = this.isWritable ? this.wrap(variable, this.targets[i]) : null
  }

  /** ONNX Runtime wrote the new values into arrays that now become the variables'. */
  store(fetched: Feeds): void {
    for (const [i, { name, variable }] of this.writes.entries()) {
      const next = this.isWritable ? this.targets[i] : (fetched[name].data as Storage)
      const spare = writeStorage(variable, next)
      // Values that another executable left on a device are now outdated, even if the array is the same.
      dropResident(variable)
      if (spare === undefined) this.spares.delete(name)
      else this.spares.set(name, spare)
    }
  }

  async download(): Promise<void> {}

  async dispose(): Promise<void> {
    this.spares.clear()
    this.targets = []
  }

  private wrap({ dtype, shape }: tf.Variable, numbers: Storage) {
    return this.wrapper.wrap(numbers, dtype, shape)
  }

  /** The array to which ONNX Runtime writes a variable's new value: not one that was passed as an input, which it may read later. */
  private targetOf({ name, variable, inPlace }: WrittenVariable, inputs: ReadonlySet<Storage>): Storage {
    const known = inPlace && ownsStorage(variable) ? readStorage(variable) : this.spares.get(name)
    if (known !== undefined && !inputs.has(known)) return known
    return allocateStorage(variable.dtype, sizeOf(variable.shape))
  }
}
