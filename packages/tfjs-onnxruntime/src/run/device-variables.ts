/** Variables of an executable whose values stay on the device: copied there once, and back on request. */
import type * as tf from '@tensorflow/tfjs-core'
import { downloadVariables, dropResident, ensureOnDevice, keepOnDevice, type Owner } from './residents.ts'
import type { Device } from './transfer.ts'
import type { Feeds, Fetches, NamedVariable, VariableStore } from './variable-store.ts'

export class DeviceVariables implements VariableStore, Owner {
  readonly device: Device
  private readonly reads: readonly NamedVariable[]
  private readonly writes: readonly NamedVariable[]
  private readonly written: ReadonlySet<tf.Variable>

  constructor(device: Device, reads: readonly NamedVariable[], writes: readonly NamedVariable[]) {
    this.device = device
    this.reads = reads
    this.writes = writes
    this.written = new Set(writes.map(({ variable }) => variable))
  }

  async prepare(feeds: Feeds, fetches: Fetches): Promise<void> {
    // Separately: what a step overwrites is freed after the first run, and the session that copied it along with the last of it.
    await this.feed(
      feeds,
      this.reads.filter(({ variable }) => this.written.has(variable)),
    )
    await this.feed(
      feeds,
      this.reads.filter(({ variable }) => !this.written.has(variable)),
    )
    for (const { name } of this.writes) fetches[name] = null
  }

  store(fetched: Feeds): void {
    for (const { name, variable } of this.writes) {
      const tensor = fetched[name]
      keepOnDevice(this, variable, { tensor, free: () => tensor.dispose() })
    }
  }

  download(): Promise<void> {
    return downloadVariables([...this.written])
  }

  /** What this executable copied to the device is freed with its session; other executables copy what they need themselves. */
  async dispose(): Promise<void> {
    await this.download()
    for (const { variable } of [...this.reads, ...this.writes]) dropResident(variable, this)
  }

  private async feed(feeds: Feeds, reads: readonly NamedVariable[]): Promise<void> {
    const values = await ensureOnDevice(
      this,
      reads.map(({ variable }) => variable),
    )
    for (const [i, { name }] of reads.entries()) feeds[name] = values[i].tensor
  }
}
