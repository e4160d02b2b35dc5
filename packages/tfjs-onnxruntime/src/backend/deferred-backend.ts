/**
 * A tfjs backend that records operations and runs them together: at the next await of the program, when values are read, or when
 * enough have accumulated.
 */
import {
  type backend_util,
  type DataMover,
  type NamedTensorInfoMap,
  type TensorInfo,
  util,
} from '@tensorflow/tfjs-core'
import { EngineError } from '../errors.ts'
import type { ElementType, Graph, Value } from '../graph/graph.ts'
import type { Lowering } from '../kernels/lowering.ts'
import type { Storage } from '../memory/storage.ts'
import { isCpu } from '../runtime/runtime.ts'
import type { BackendRuntime } from './backend-session.ts'
import { EntryBackend } from './entry-backend.ts'
import type { DataId } from './entry-storage.ts'
import { Recording } from './recording.ts'
import { SessionCache } from './session-cache.ts'
import { type Entry, valuesOf } from './tensor-entry.ts'

/** Number of recorded operations that triggers a run even without an await. */
const maxPendingNodes = 4000

export class DeferredBackend extends EntryBackend {
  private readonly sessions: SessionCache
  private readonly runtime: BackendRuntime
  /** Submitted graphs run one after the other: later ones need the results of earlier ones. */
  private queue: Promise<void> = Promise.resolve()
  private recording: Recording
  private isScheduled = false

  constructor(dataMover: DataMover, runtime: BackendRuntime) {
    super(dataMover)
    this.sessions = new SessionCache(runtime)
    this.runtime = runtime
    this.recording = this.nextRecording()
  }

  /** Adds a kernel's nodes; undefined where it has none for these inputs. */
  record(lower: Lowering, inputs: NamedTensorInfoMap, attrs: object): TensorInfo | TensorInfo[] | undefined {
    const { builder } = this.recording
    const values: Record<string, Value> = {}
    for (const key in inputs) {
      const tensor = inputs[key]
      if (tensor == null) continue
      values[key] = builder.reshape(this.recording.valueOf(this.storage.get(tensor.dataId)), tensor.shape)
    }
    const result = lower(builder, values, attrs)
    if (result === undefined) return undefined
    const wrap = (value: Value): TensorInfo => {
      for (const key in values) if (values[key] === value) return this.share(inputs[key]!)
      return this.toTensorInfo(value)
    }
    const infos = Array.isArray(result) ? result.map(wrap) : wrap(result)
    this.schedule()
    return infos
  }

  /** The values of a tensor that is computed, unless sessions answer later: to be read, not written to. */
  valuesAtHand(dataId: DataId): backend_util.BackendValues | undefined {
    return this.runtime.isSynchronous ? valuesOf(this.storage.get(dataId)) : undefined
  }

  override readSync(dataId: DataId): backend_util.BackendValues {
    const entry = this.storage.get(dataId)
    // The caller may modify the returned array: run pending operations that read it first.
    const isWanted = valuesOf(entry) === undefined || this.recording.reads(entry)
    if (isWanted && this.runtime.isSynchronous) this.flush()
    if (entry.failure !== undefined) throw entry.failure
    const values = valuesOf(entry)
    if (values === undefined)
      throw new EngineError(
        'symbolic-read',
        `Expected computed values for dataSync() but received a pending tensor [${entry.shape}]. Await its data() instead, or before: ` +
          'without onnxruntime-node a computation cannot be waited for. Kernels that have no lowering read so too.',
        { shape: entry.shape },
      )
    return forCaller(entry, values)
  }

  override async read(dataId: DataId): Promise<backend_util.BackendValues> {
    const entry = this.storage.get(dataId)
    if (entry.pending !== undefined) this.flush()
    await entry.computing
    if (entry.failure !== undefined) throw entry.failure
    return forCaller(entry, valuesOf(entry)!)
  }

  override async time(f: () => void): Promise<{ kernelMs: number }> {
    this.flush()
    const start = util.now()
    // No await before this: tfjs times only what f computes synchronously.
    f()
    this.flush()
    await this.queue
    return { kernelMs: util.now() - start }
  }

  override dispose(): void {
    this.sessions.dispose()
    this.recording = this.nextRecording()
  }

  /** Computes every live tensor that is still pending: immediately, or in turn if the runtime is asynchronous. */
  flush(): void {
    const wanted = [...this.pending].filter(({ pending }) => pending !== undefined && pending.constant === undefined)
    const { graph, sources } = this.recording.finish(wanted.map((entry) => entry.pending!))
    this.recording = this.nextRecording()
    this.pending.clear()
    if (wanted.length === 0) return
    for (const entry of wanted) entry.pending = undefined
    const settle = (results: readonly Storage[]): void => {
      for (const [i, entry] of wanted.entries()) entry.values = results[i]
    }
    // Nobody could catch an error thrown by a flush at an await.
    const fail = (failure: unknown): void => {
      for (const entry of wanted) entry.failure = failure
    }
    if (this.runtime.isSynchronous) {
      try {
        settle(this.sessions.compute(graph, sources) as Storage[])
      } catch (failure) {
        fail(failure)
      }
      return
    }
    this.queue = this.queue.then(() => this.computeLater(graph, sources)).then(settle, fail)
    for (const entry of wanted) entry.computing = this.queue
  }

  private async computeLater(graph: Graph, sources: readonly Entry[]): Promise<Storage[]> {
    const failed = sources.find(({ failure }) => failure !== undefined)
    if (failed !== undefined) throw failed.failure
    return this.sessions.compute(graph, sources)
  }

  /** A tensor that a kernel returns unchanged, or with another shape, shares its data, as in tfjs's own backends. */
  share({ dataId, shape, dtype }: TensorInfo, newShape = shape): TensorInfo {
    this.incRef(dataId)
    return { dataId, shape: newShape, dtype }
  }

  private toTensorInfo(value: Value): TensorInfo {
    const { builder } = this.recording
    const source = this.recording.sourceOf(value)
    // A pending tensor gets its own node; a constant is materialized when it is read.
    if (source !== undefined && source.values === undefined) return this.toTensorInfo(builder.add('Identity', [value]))
    const { shape } = value
    const dtype = value.dtype as Exclude<ElementType, 'int64'>
    const isShared = source !== undefined
    if (isShared) source.isShared = true
    const pending = isShared ? undefined : value
    const dataId = this.add({ shape, dtype, values: source?.values, pending, refCount: 1, isShared })
    return { dataId, shape: [...shape], dtype }
  }

  private schedule(): void {
    if (this.recording.builder.nodes.length > maxPendingNodes) this.flush()
    if (this.isScheduled) return
    this.isScheduled = true
    void Promise.resolve().then(() => {
      this.isScheduled = false
      this.flush()
    })
  }

  private nextRecording(): Recording {
    return new Recording(!isCpu(this.runtime.executionProvider))
  }
}

/** The caller may modify what it reads, and another tensor may have the same data. */
function forCaller({ refCount }: Entry, values: backend_util.BackendValues): backend_util.BackendValues {
  return refCount === 1 ? values : (values.slice() as backend_util.BackendValues)
}
