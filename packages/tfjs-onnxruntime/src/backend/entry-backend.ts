/** Bookkeeping of a tfjs backend: the entry and reference count of each tensor. */
import { type backend_util, type DataMover, type DataType, KernelBackend, type TensorInfo } from '@tensorflow/tfjs-core'
import { type DataId, EntryStorage } from './entry-storage.ts'
import { type Entry, stored } from './tensor-entry.ts'

export abstract class EntryBackend extends KernelBackend {
  protected readonly storage: EntryStorage
  /** Tensors of the pending graph. */
  protected readonly pending = new Set<Entry>()

  constructor(dataMover: DataMover) {
    super()
    this.storage = new EntryStorage(this, dataMover)
  }

  protected add(entry: Entry): DataId {
    if (entry.pending !== undefined) this.pending.add(entry)
    return this.storage.create(entry)
  }

  /** Copies: the values are read when the graph runs, and the caller may have changed the array by then. */
  override write(values: backend_util.BackendValues, shape: number[], dtype: DataType): DataId {
    return this.adopt(values.slice() as backend_util.BackendValues, shape, dtype)
  }

  /** Sets a tensor's values from an array that nobody else will modify. */
  adopt(values: backend_util.BackendValues, shape: number[], dtype: DataType): DataId {
    return this.storage.create(entryOf(values, shape, dtype, 1))
  }

  /** tfjs hands over the array of another backend, which a caller may hold: that of its cpu backend is the one that a tensor was made from. */
  override move(
    dataId: DataId,
    values: backend_util.BackendValues,
    shape: number[],
    dtype: DataType,
    refCount: number,
  ): void {
    const entry = entryOf(values, shape, dtype, refCount)
    entry.isHeldOutside = true
    this.storage.set(dataId, entry)
  }

  override disposeData(dataId: DataId, force = false): boolean {
    const entry = this.storage.find(dataId)
    if (entry === undefined) return true
    entry.refCount--
    if (!force && entry.refCount > 0) return false
    if (entry.pending !== undefined) this.pending.delete(entry)
    this.storage.delete(dataId)
    return true
  }

  override refCount(dataId: DataId): number {
    const { refCount, isShared } = this.storage.find(dataId) ?? { refCount: 0, isShared: false }
    return isShared ? refCount + 1 : refCount
  }

  override incRef(dataId: DataId): void {
    this.storage.get(dataId).refCount++
  }

  /** A tensor that a kernel returns unchanged, or with another shape, shares its data, as in tfjs's own backends. */
  share({ dataId, shape, dtype }: TensorInfo, newShape = shape): TensorInfo {
    this.incRef(dataId)
    return { dataId, shape: newShape, dtype }
  }

  decRef(dataId: DataId): void {
    const entry = this.storage.find(dataId)
    if (entry !== undefined) entry.refCount--
  }

  override numDataIds(): number {
    return this.storage.numDataIds()
  }

  override memory(): { unreliable: boolean; reasons: string[] } {
    return { unreliable: true, reasons: ['Tensors that are not computed yet have no memory.'] }
  }

  override floatPrecision(): 32 {
    return 32
  }
}

function entryOf(values: backend_util.BackendValues, shape: number[], dtype: DataType, refCount: number): Entry {
  return { shape, dtype, values: stored(values, dtype), pending: undefined, refCount, isShared: false }
}
