/** Variables that the host updates after each run, by gradients that the session gives. */
import { updateByAdam } from './adam-kernel.ts'
import type { HostUpdate } from './host-updates.ts'
import { bringHome, dropResident } from './residents.ts'
import { ownsStorage, readStorage, writeStorage } from './storage.ts'
import type { Feeds, Fetches } from './variable-store.ts'

export class UpdatedVariables {
  private readonly updates: readonly HostUpdate<string>[]

  constructor(updates: readonly HostUpdate<string>[]) {
    this.updates = updates
  }

  /** Asks for the gradients and for what else the updates read. */
  async prepare(fetches: Fetches): Promise<void> {
    await bringHome(this.updates.flatMap(({ variable, m, v }) => [variable, m, v]))
    // onnxruntime-node copies each output to an array of its own, also one that it was given an array for.
    for (const { gradient, decay, rate, floor } of this.updates)
      for (const name of [gradient, decay, rate, floor]) fetches[name] = null
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
}
