/** Finds the entry of a tensor: in the identifier itself where the backend made it, which is faster than the table that tfjs offers. */
import type { DataMover, KernelBackend, TensorInfo } from '@tensorflow/tfjs-core'
import type { Entry } from './tensor-entry.ts'

export type DataId = TensorInfo['dataId']

/** An identifier of a backend's own. Its tensor may move to another backend, and back. */
class OwnId {
  owner: EntryStorage
  entry: Entry | undefined

  constructor(owner: EntryStorage) {
    this.owner = owner
    this.entry = undefined
  }
}

export class EntryStorage {
  private readonly others = new WeakMap<DataId, Entry>()
  private readonly backend: KernelBackend
  private readonly dataMover: DataMover
  private count = 0

  constructor(backend: KernelBackend, dataMover: DataMover) {
    this.backend = backend
    this.dataMover = dataMover
  }

  /** An identifier for a new tensor. */
  create(entry: Entry): DataId {
    const id = new OwnId(this)
    this.set(id, entry)
    return id
  }

  /** The entry of a tensor, which tfjs moves here from another backend if need be. */
  get(id: DataId): Entry {
    const entry = this.find(id)
    if (entry !== undefined) return entry
    this.dataMover.moveData(this.backend, id)
    return this.find(id)!
  }

  /** The entry of a tensor that is here. */
  find(id: DataId): Entry | undefined {
    return this.isOwn(id) ? id.entry : this.others.get(id)
  }

  set(id: DataId, entry: Entry): void {
    this.count++
    if (this.isOwn(id)) id.entry = entry
    else this.others.set(id, entry)
  }

  delete(id: DataId): void {
    this.count--
    if (this.isOwn(id)) id.entry = undefined
    else this.others.delete(id)
  }

  numDataIds(): number {
    return this.count
  }

  private isOwn(id: DataId): id is OwnId {
    return id instanceof OwnId && id.owner === this
  }
}
