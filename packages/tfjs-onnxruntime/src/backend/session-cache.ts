/** Runs graphs; graphs of the same structure share a session. */
import type { backend_util, DataType } from '@tensorflow/tfjs-core'
import type { Tensor as OrtTensor, TensorConstructor } from 'onnxruntime-common'
import type { Graph } from '../graph/graph.ts'
import { optimize } from '../graph/optimize.ts'
import type { Storage } from '../memory/storage.ts'
import { encodeModel } from '../onnx/encode-model.ts'
import { graphKey } from './graph-key.ts'

type Feeds = Record<string, OrtTensor>

/** A session of the runtime; asynchronous in a page, and with a user-provided runtime. */
export interface BackendSession {
  run(feeds: Feeds, fetches: Record<string, null>): Feeds | Promise<Feeds>
  dispose(): void
}

export interface BackendRuntime {
  readonly Tensor: TensorConstructor
  readonly executionProvider: string
  /** Whether sessions are synchronous. */
  readonly isSynchronous: boolean
  open(model: Uint8Array): BackendSession | Promise<BackendSession>
}

/** The values of one input of a graph. */
export interface Source {
  readonly shape: readonly number[]
  readonly dtype: DataType
  readonly values: backend_util.BackendValues | undefined
}

interface CachedSession {
  readonly session: BackendSession | Promise<BackendSession>
  readonly feeds: readonly { readonly name: string; readonly index: number }[]
  readonly outputNames: readonly string[]
}

const maxSessions = 256

export class SessionCache {
  private readonly sessions = new Map<string, CachedSession>()
  private readonly runtime: BackendRuntime

  constructor(runtime: BackendRuntime) {
    this.runtime = runtime
  }

  /** The values of the graph's outputs: immediately if the runtime is synchronous. `sources` are those of its inputs. */
  compute(graph: Graph, sources: readonly Source[]): Storage[] | Promise<Storage[]> {
    const { session, feeds, outputNames } = this.sessionFor(graph)
    const fed: Feeds = {}
    for (const { name, index } of feeds) {
      const { values, dtype, shape } = sources[index]
      fed[name] = new this.runtime.Tensor(dtype as 'float32', values as Float32Array, shape)
    }
    const fetches = Object.fromEntries(outputNames.map((name) => [name, null]))
    const fetched = then(session, (opened) => opened.run(fed, fetches))
    return then(fetched, (tensors) => outputNames.map((name) => tensors[name].data as Storage))
  }

  dispose(): void {
    for (const cached of this.sessions.values()) disposeOf(cached)
    this.sessions.clear()
  }

  private sessionFor(graph: Graph): CachedSession {
    const key = graphKey(graph)
    const cached = this.sessions.get(key) ?? this.open(graph)
    // The most recently used session is last in the map.
    this.sessions.delete(key)
    this.sessions.set(key, cached)
    if (this.sessions.size > maxSessions) {
      const [[oldest, unused]] = this.sessions
      this.sessions.delete(oldest)
      disposeOf(unused)
    }
    return cached
  }

  private open(graph: Graph): CachedSession {
    const optimized = optimize(graph)
    const used = new Set(optimized.nodes.flatMap((node) => node.inputs))
    const inputs = optimized.inputs.filter((value) => used.has(value))
    const inputNames = inputs.map((_, i) => `input${i}`)
    const outputNames = optimized.outputs.map((_, i) => `output${i}`)
    return {
      session: this.runtime.open(encodeModel({ ...optimized, inputs }, { inputNames, outputNames })),
      outputNames,
      feeds: inputs.map((value, i) => ({ name: inputNames[i], index: graph.inputs.indexOf(value) })),
    }
  }
}

function disposeOf({ session }: CachedSession): void {
  // If a session could not be opened, whoever awaited its results has already received the error.
  if (session instanceof Promise) session.then((opened) => opened.dispose()).catch(() => undefined)
  else session.dispose()
}

function then<A, B>(value: A | Promise<A>, next: (value: A) => B | Promise<B>): B | Promise<B> {
  return value instanceof Promise ? value.then(next) : next(value)
}
