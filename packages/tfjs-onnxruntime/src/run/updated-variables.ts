/** Variables that the host updates after each run, by gradients that the session gives. */
import type { Runtime } from '../runtime/runtime.ts'
import { writesToFetches } from '../runtime/runtime.ts'
import { updateByAdam } from './adam-kernel.ts'
import type { HostUpdate } from './host-updates.ts'
import { bringHome, dropResident } from './residents.ts'
import { ownsStorage, readStorage, writeStorage } from './storage.ts'
import { TensorWrapper } from './tensor-wrapper.ts'
import type { Feeds, Fetches } from './variable-store.ts'

export class UpdatedVariables {
  private readonly updates: readonly HostUpdate<string>[]
  private readonly wrapper: TensorWrapper
  private readonly isWritable: boolean
  /** Arrays for the gradients, which each run overwrites. */
  private readonly gradients = new Map<string, Float32Array>()

  constructor(runtime: Runtime, updates: readonly HostUpdate<string>[]) {
    this.updates = updates
    this.wrapper = new TensorWrapper(runtime)
    this.isWritable = writesToFetches(runtime)
  }

  /** Asks for the gradients and for what else the updates read. */
  async prepare(fetches: Fetches): Promise<void> {
    await bringHome(this.updates.flatMap(({ variable, m, v }) => [variable, m, v]))
    for (const { gradient, decay, rate, floor, variable } of this.updates) {
      for (const name of [decay, rate, floor]) fetches[name] = null
      fetches[gradient] = this.isWritable
        ? this.wrapper.wrap(this.arrayFor(gradient, variable.size), 'float32', variable.shape)
        : null
    }
  }

  /** Computes the new numbers where they are stored. */
  apply(fetched: Feeds): void {
    const numbersOf = (name: string) => fetched[name].data as Float32Array
    for (const { variable, m, v, beta2, ...sources } of this.updates) {
      const targets = [variable, m, v]
      const arrays = targets.map((target) => (ownsStorage(target) ? readStorage(target) : readStorage(target).slice()))
      const [decay, rate, floor] = [sources.decay, sources.rate, sources.floor].map((name) => numbersOf(name)[0])
      updateByAdam(arrays as Float32Array[], numbersOf(sources.gradient), { decay, beta2, rate, floor })
      for (const [i, target] of targets.entries()) {
        writeStorage(target, arrays[i])
        dropResident(target)
      }
    }
  }

  dispose(): void {
    this.gradients.clear()
  }

  private arrayFor(name: string, size: number): Float32Array {
    const array = this.gradients.get(name) ?? new Float32Array(size)
    this.gradients.set(name, array)
    return array
  }
}
