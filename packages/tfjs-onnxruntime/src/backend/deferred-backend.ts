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
import type { ElementType, Value } from '../graph/graph.ts'
import type { Lowering } from '../kernels/lowering.ts'
import { isCpu } from '../runtime/runtime.ts'
import type { BackendRuntime } from './backend-session.ts'
import { EntryBackend } from './entry-backend.ts'
import type { DataId } from './entry-storage.ts'
import { Recording } from './recording.ts'
import { runLater, runNow } from './run-pending.ts'
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
  /** Submitted graphs that have not run yet. */
  private runs = 0

  constructor(dataMover: DataMover, runtime: BackendRuntime) {
    super(dataMover)
    this.sessions = new SessionCache(runtime)
    this.runtime = runtime
    this.recording = this.nextRecording()
  }

  /** Adds a kernel's nodes; undefined where it has none for these inputs. */
  record(lower: Lowering, inputs: NamedTensorInfoMap, attrs: object): TensorInfo | TensorInfo[] | undefined {
    const { builder } = this.recording
    const recorded = builder.nodes.length
    const values: Record<string, Value> = {}
    for (const key in inputs) {
      const tensor = inputs[key]
      if (tensor == null) continue
      values[key] = builder.reshape(this.recording.valueOf(this.storage.get(tensor.dataId)), tensor.shape)
    }
    let result: Value | Value[] | undefined
    try {
      result = lower(builder, values, attrs)
    } finally {
      // Half of a kernel may be no legal graph.
      if (result === undefined) builder.nodes.length = recorded
    }
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
    if (this.runtime.isSynchronous && this.recording.reads(entry)) this.flush()
    return this.forCaller(entry, this.computedValues(dataId))
  }

  /** The values of a tensor, which is computed first if need be: to be read, not written to. @throws the error with which its computation failed */
  computedValues(dataId: DataId): backend_util.BackendValues {
    const entry = this.storage.get(dataId)
    if (valuesOf(entry) === undefined && this.runtime.isSynchronous) this.flush()
    if (entry.failure !== undefined) throw entry.failure
    const values = valuesOf(entry)
    if (values === undefined)
      throw new EngineError(
        'symbolic-read',
        `Expected computed values for dataSync() but received a pending tensor [${entry.shape}]. Await its data() instead, or before: ` +
          'without onnxruntime-node a computation cannot be waited for. Kernels that have no lowering read so too.',
        { shape: entry.shape },
      )
    return values
  }

  override async read(dataId: DataId): Promise<backend_util.BackendValues> {
    const entry = this.storage.get(dataId)
    if (entry.pending !== undefined) this.flush()
    await entry.computing
    if (entry.failure !== undefined) throw entry.failure
    return this.forCaller(entry, valuesOf(entry)!)
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
    const run = { graph, sources, wanted }
    if (this.runtime.isSynchronous) {
      runNow(run, this.sessions)
      return
    }
    this.runs++
    this.queue = this.queue
      .then(() => runLater(run, this.sessions))
      .then(() => {
        this.runs--
      })
    for (const entry of wanted) entry.computing = this.queue
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

  /** The caller may modify what it reads: a copy if another tensor, or a graph that is yet to run, reads the same array. */
  private forCaller(entry: Entry, values: backend_util.BackendValues): backend_util.BackendValues {
    if (entry.refCount !== 1 || this.runs > 0 || this.recording.reads(entry))
      return values.slice() as backend_util.BackendValues
    entry.isHeldOutside = true
    return values
  }
}
