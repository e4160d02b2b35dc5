/** Bookkeeping of a tfjs backend: the entry and reference count of each tensor. */
import {
  type backend_util,
  type DataMover,
  DataStorage,
  type DataType,
  KernelBackend,
  type TensorInfo,
} from '@tensorflow/tfjs-core'
import { type Entry, stored } from './tensor-entry.ts'

export type DataId = TensorInfo['dataId']

export abstract class EntryBackend extends KernelBackend {
  protected readonly storage: DataStorage<Entry>
  protected readonly live = new Set<Entry>()

  constructor(dataMover: DataMover) {
    super()
    this.storage = new DataStorage(this, dataMover)
  }

  protected add(dataId: DataId, entry: Entry): void {
    this.storage.set(dataId, entry)
    this.live.add(entry)
  }

  /** Copies: the values are read when the graph runs, and the caller may have changed the array by then. */
  override write(values: backend_util.BackendValues, shape: number[], dtype: DataType): DataId {
    return this.adopt(values.slice() as backend_util.BackendValues, shape, dtype)
  }

  /** Sets a tensor's values from an array that nobody else will modify. */
  adopt(values: backend_util.BackendValues, shape: number[], dtype: DataType): DataId {
    const dataId = {}
    this.move(dataId, values, shape, dtype, 1)
    return dataId
  }

  override move(
    dataId: DataId,
    values: backend_util.BackendValues,
    shape: number[],
    dtype: DataType,
    refCount: number,
  ): void {
    this.add(dataId, { shape, dtype, values: stored(values, dtype), pending: undefined, refCount, isShared: false })
  }

  override disposeData(dataId: DataId, force = false): boolean {
    if (!this.storage.has(dataId)) return true
    const entry = this.storage.get(dataId)
    entry.refCount--
    if (!force && entry.refCount > 0) return false
    this.live.delete(entry)
    this.storage.delete(dataId)
    return true
  }

  override refCount(dataId: DataId): number {
    if (!this.storage.has(dataId)) return 0
    const { refCount, isShared } = this.storage.get(dataId)
    return isShared ? refCount + 1 : refCount
  }

  override incRef(dataId: DataId): void {
    this.storage.get(dataId).refCount++
  }

  decRef(dataId: DataId): void {
    if (this.storage.has(dataId)) this.storage.get(dataId).refCount--
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
