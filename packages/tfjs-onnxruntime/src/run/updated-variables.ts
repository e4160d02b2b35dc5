/** Variables that the host updates after each run, with gradients from the session. */
import { AdamMemory } from '../memory/adam-memory.ts'
import { freeStorage, ownsStorage, readStorage, writeStorage } from '../memory/storage.ts'
import type { HostUpdate } from '../plan/host-updates.ts'
import { downloadVariables, dropResident } from './residents.ts'
import type { Feeds, Fetches } from './variable-store.ts'

/** Size in bytes from which C libraries allocate arrays separately. */
const largeBytes = 2 ** 20

export class UpdatedVariables {
  private readonly updates: readonly HostUpdate<string>[]
  private kept: Float32Array | undefined

  constructor(updates: readonly HostUpdate<string>[]) {
    this.updates = updates
  }

  /** Requests the gradients and the other inputs of the updates. */
  async prepare(fetches: Fetches): Promise<void> {
    await downloadVariables(this.updates.flatMap(({ variable, m, v }) => [variable, m, v]))
    // onnxruntime-node copies each output to a new array, even if one is passed.
    for (const { gradient, decay, rate, floor, shrink, take } of this.updates)
      for (const name of [gradient, decay, rate, floor, shrink, take]) if (name !== undefined) fetches[name] = null
  }

  /** Computes the new values in place, and frees the gradients. */
  apply(fetched: Feeds): void {
    const numbersOf = (name: string) => fetched[name].data as Float32Array
    for (const { variable, m, v, beta2, ...sources } of this.updates) {
      if (sources.take !== undefined && !fetched[sources.take].data[0]) continue
      const targets = [variable, m, v]
      const arrays = targets.map((target) => {
        const numbers = readStorage(target) as Float32Array
        return ownsStorage(target) ? numbers : numbers.slice()
      })
      const [decay, rate, floor] = [sources.decay, sources.rate, sources.floor].map((name) => numbersOf(name)[0])
      const shrink = sources.shrink === undefined ? 1 : numbersOf(sources.shrink)[0]
      AdamMemory.of(arrays[1]).update(arrays, numbersOf(sources.gradient), { decay, beta2, rate, floor, shrink })
      for (const [i, target] of targets.entries()) {
        writeStorage(target, arrays[i])
        dropResident(target)
      }
    }
    this.free(this.updates.map(({ gradient }) => numbersOf(gradient)))
  }

  /**
   * The last large array is kept until the next run has allocated its own: otherwise the memory of all of them
   * would be returned to the system after each run, and faulted in again page by page.
   */
  private free(gradients: readonly Float32Array[]): void {
    const last = gradients.findLast(({ byteLength }) => byteLength >= largeBytes)
    const done = new Set([...gradients, ...(this.kept === undefined ? [] : [this.kept])])
    for (const gradient of done) if (gradient !== last) freeStorage(gradient)
    this.kept = last
  }
}
