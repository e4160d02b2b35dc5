/**
 * A tfjs backend that writes operations down and runs them together: at the next await of the program, when numbers are read, or when
 * many have gathered. Graphs of the same structure share a session.
 */
import {
  type backend_util,
  type DataMover,
  DataStorage,
  type DataType,
  KernelBackend,
  type TensorInfo,
  util,
} from '@tensorflow/tfjs-core'
import type { Tensor as OrtTensor, TensorConstructor } from 'onnxruntime-common'
import { EngineError } from '../errors.ts'
import { GraphBuilder } from '../graph/builder.ts'
import type { ElementType, Graph, Value } from '../graph/graph.ts'
import { optimize } from '../graph/optimize.ts'
import { encodeModel } from '../run/encode.ts'
import { allocateStorage, type Storage } from '../run/storage.ts'
import { graphKey } from './graph-key.ts'
import type { OpenSynchronously, SynchronousSession } from './synchronous-session.ts'

type DataId = TensorInfo['dataId']

/** What a tensor holds: numbers, or the value of the pending graph that will give them. */
interface Entry {
  readonly shape: readonly number[]
  readonly dtype: DataType
  values: backend_util.BackendValues | undefined
  pending: Value | undefined
  refCount: number
  /** Whether another tensor holds the same array: then it must not be written to. */
  isShared: boolean
  /** Why it could not be computed; thrown when somebody reads it. */
  failure?: unknown
}

interface CachedSession {
  readonly session: SynchronousSession
  readonly feeds: readonly { readonly name: string; readonly index: number }[]
  readonly outputNames: readonly string[]
}

/** Operations that are written down before they are run even without an await. */
const maxPendingNodes = 4000
const maxSessions = 256

export class DeferredBackend extends KernelBackend {
  private readonly storage: DataStorage<Entry>
  private readonly living = new Set<Entry>()
  private readonly sessions = new Map<string, CachedSession>()
  private builder = new GraphBuilder()
  private sources = new Map<Value, Entry>()
  private inputs = new Map<Entry, Value>()
  private isScheduled = false
  private readonly open: OpenSynchronously
  private readonly Tensor: TensorConstructor

  constructor(dataMover: DataMover, open: OpenSynchronously, Tensor: TensorConstructor) {
    super()
    this.storage = new DataStorage(this, dataMover)
    this.open = open
    this.Tensor = Tensor
  }

  /** Adds a kernel's nodes; `lower` gets the builder and the value of each input. */
  record(
    lower: (builder: GraphBuilder, resolve: (tensor: TensorInfo) => Value) => Value | Value[],
  ): TensorInfo | TensorInfo[] {
    const given = new Map<Value, TensorInfo>()
    const result = lower(this.builder, (tensor) => {
      const value = this.resolve(tensor)
      given.set(value, tensor)
      return value
    })
    const wrap = (value: Value): TensorInfo => this.share(given.get(value)) ?? this.toTensorInfo(value)
    const infos = Array.isArray(result) ? result.map(wrap) : wrap(result)
    this.schedule()
    return infos
  }

  override write(values: backend_util.BackendValues, shape: number[], dtype: DataType): DataId {
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
    this.add(dataId, { shape, dtype, values: asStorage(values, dtype), pending: undefined, refCount, isShared: false })
  }

  override readSync(dataId: DataId): backend_util.BackendValues {
    const entry = this.storage.get(dataId)
    if (entry.pending?.constant !== undefined) entry.values ??= constantStorage(entry.pending)
    if (entry.values === undefined && entry.failure === undefined) this.flush()
    if (entry.failure !== undefined) throw entry.failure
    return entry.values!
  }

  override async read(dataId: DataId): Promise<backend_util.BackendValues> {
    return this.readSync(dataId)
  }

  override disposeData(dataId: DataId, force = false): boolean {
    if (!this.storage.has(dataId)) return true
    const entry = this.storage.get(dataId)
    entry.refCount--
    if (!force && entry.refCount > 0) return false
    this.living.delete(entry)
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

  override async time(f: () => void): Promise<{ kernelMs: number }> {
    this.flush()
    const start = util.now()
    f()
    this.flush()
    return { kernelMs: util.now() - start }
  }

  override floatPrecision(): 32 {
    return 32
  }

  override dispose(): void {
    for (const { session } of this.sessions.values()) session.dispose()
    this.sessions.clear()
    this.reset()
  }

  /** Computes every tensor that is alive and not computed yet. */
  flush(): void {
    const wanted = [...this.living].filter(({ pending }) => pending !== undefined && pending.constant === undefined)
    const graph: Graph = this.builder.finish(wanted.map((entry) => entry.pending!))
    const sources = graph.inputs.map((value) => this.sources.get(value)!)
    this.reset()
    if (wanted.length === 0) return
    try {
      const results = this.compute(graph, sources)
      for (const [i, entry] of wanted.entries()) entry.values = results[i]
    } catch (failure) {
      // A flush at an await has nobody to throw to.
      for (const entry of wanted) entry.failure = failure
    } finally {
      for (const entry of wanted) entry.pending = undefined
    }
  }

  private compute(graph: Graph, sources: readonly Entry[]): Storage[] {
    const { session, feeds, outputNames } = this.sessionFor(graph)
    const fed: Record<string, OrtTensor> = {}
    for (const { name, index } of feeds) {
      const { values, dtype, shape } = sources[index]
      fed[name] = new this.Tensor(dtype as 'float32', values as Float32Array, shape)
    }
    const fetched = session.run(fed, Object.fromEntries(outputNames.map((name) => [name, null])))
    return outputNames.map((name) => fetched[name].data as Storage)
  }

  private sessionFor(graph: Graph): CachedSession {
    const key = graphKey(graph)
    const known = this.sessions.get(key)
    if (known !== undefined) {
      // The one that was used last is the last in the map.
      this.sessions.delete(key)
      this.sessions.set(key, known)
      return known
    }
    const optimized = optimize(graph)
    const used = new Set(optimized.nodes.flatMap((node) => node.inputs))
    const inputs = optimized.inputs.filter((value) => used.has(value))
    const inputNames = inputs.map((_, i) => `input${i}`)
    const outputNames = optimized.outputs.map((_, i) => `output${i}`)
    const session = this.open(encodeModel({ ...optimized, inputs }, { inputNames, outputNames }))
    const cached = {
      session,
      outputNames,
      feeds: inputs.map((value, i) => ({ name: inputNames[i], index: graph.inputs.indexOf(value) })),
    }
    this.sessions.set(key, cached)
    if (this.sessions.size > maxSessions) {
      const [[oldest, { session: unused }]] = this.sessions
      this.sessions.delete(oldest)
      unused.dispose()
    }
    return cached
  }

  private resolve(tensor: TensorInfo): Value {
    const entry = this.storage.get(tensor.dataId)
    if (entry.failure !== undefined) throw entry.failure
    const value = entry.pending ?? this.inputs.get(entry) ?? this.addInput(entry)
    return this.builder.reshape(value, tensor.shape)
  }

  private addInput(entry: Entry): Value {
    if (entry.dtype === 'string' || entry.dtype === 'complex64')
      throw new EngineError(
        'unsupported-dtype',
        `Expected float32, int32 or bool but received ${entry.dtype}. Use tfjs's cpu backend for it.`,
        { dtype: entry.dtype },
      )
    const value = this.builder.input(entry.shape, entry.dtype)
    this.sources.set(value, entry)
    this.inputs.set(entry, value)
    return value
  }

  /** A tensor that a kernel returns as it is shares its data, as in tfjs's own backends. */
  private share(tensor: TensorInfo | undefined): TensorInfo | undefined {
    if (tensor === undefined) return undefined
    this.incRef(tensor.dataId)
    return { dataId: tensor.dataId, shape: tensor.shape, dtype: tensor.dtype }
  }

  private toTensorInfo(value: Value): TensorInfo {
    const dataId = {}
    const { shape } = value
    const dtype = value.dtype as Exclude<ElementType, 'int64'>
    const source = this.sources.get(value)
    // What is an input has its numbers already; what is constant gets them when somebody reads them.
    const known = source?.values
    if (source !== undefined) source.isShared = true
    const pending = source === undefined ? value : undefined
    this.add(dataId, { shape, dtype, values: known, pending, refCount: 1, isShared: source !== undefined })
    return { dataId, shape: [...shape], dtype }
  }

  private add(dataId: DataId, entry: Entry): void {
    this.storage.set(dataId, entry)
    this.living.add(entry)
  }

  private schedule(): void {
    if (this.builder.nodes.length > maxPendingNodes) this.flush()
    if (this.isScheduled) return
    this.isScheduled = true
    void Promise.resolve().then(() => {
      this.isScheduled = false
      this.flush()
    })
  }

  private reset(): void {
    this.builder = new GraphBuilder()
    this.sources = new Map()
    this.inputs = new Map()
  }
}

function asStorage(values: backend_util.BackendValues, dtype: DataType): backend_util.BackendValues {
  if (dtype === 'string' || dtype === 'complex64') return values
  const wanted = allocateStorage(dtype, 0).constructor
  if (values.constructor === wanted) return values
  const storage = allocateStorage(dtype, values.length)
  storage.set(values as Float32Array)
  return storage
}

function constantStorage(value: Value): Storage {
  const { data, splat } = value.constant!
  const size = value.shape.reduce((product, length) => product * length, 1)
  const storage = allocateStorage(value.dtype, size)
  if (splat) storage.fill(data[0])
  else storage.set(data)
  return storage
}
