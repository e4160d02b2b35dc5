/** Runs graphs; graphs of the same structure share a session. */
import type { Graph } from '../graph/graph.ts'
import { optimize } from '../graph/optimize.ts'
import type { Storage } from '../memory/storage.ts'
import { encodeModel } from '../onnx/encode-model.ts'
import type { BackendRuntime, BackendSession, Feeds, Source } from './backend-session.ts'
import { hashOf, sameStructure } from './graph-structure.ts'
import { isRunByOperators, type OperatorPlan, OperatorRunner } from './operator-runner.ts'

interface CachedSession {
  readonly session: BackendSession | Promise<BackendSession>
  readonly feeds: readonly { readonly name: string; readonly index: number }[]
  readonly outputNames: readonly string[]
}

/** What is known of graphs of one structure. */
interface Known {
  readonly hash: number
  /** The first one. */
  readonly graph: Graph
  /** How often they ran operator by operator. */
  runs: number
  plan: OperatorPlan | undefined
  opened: CachedSession | undefined
}

const maxStructures = 256
/** A graph gets its own session when it comes for the next time: opening one takes as long as dozens of runs by operators. */
export const maxOperatorRuns = 8

export class SessionCache {
  /** The most recently used one is last. */
  private readonly known = new Set<Known>()
  private readonly byHash = new Map<number, Known[]>()
  private readonly runtime: BackendRuntime
  private readonly operators: OperatorRunner | undefined

  constructor(runtime: BackendRuntime) {
    this.runtime = runtime
    const { Tensor, openOperator } = runtime
    this.operators = openOperator && new OperatorRunner(Tensor, openOperator)
  }

  /** The values of the graph's outputs: immediately if the runtime is synchronous. `sources` are those of its inputs. */
  compute(graph: Graph, sources: readonly Source[]): Storage[] | Promise<Storage[]> {
    const known = this.knownOf(graph)
    if (known.opened === undefined) {
      if (this.operators !== undefined && known.runs < maxOperatorRuns && isRunByOperators(graph)) {
        known.runs++
        known.plan ??= this.operators.prepare(graph)
        return this.operators.run(known.plan, sources)
      }
      known.plan = undefined
      known.opened = this.open(graph)
    }
    const { session, feeds, outputNames } = known.opened
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
    this.operators?.dispose()
    for (const each of this.known) disposeOf(each)
    this.known.clear()
    this.byHash.clear()
  }

  private knownOf(graph: Graph): Known {
    const hash = hashOf(graph)
    const alike = this.byHash.get(hash) ?? []
    let known = alike.find((each) => sameStructure(each.graph, graph))
    if (known === undefined) {
      known = { hash, graph, runs: 0, plan: undefined, opened: undefined }
      this.byHash.set(hash, [...alike, known])
    }
    this.known.delete(known)
    this.known.add(known)
    const [oldest] = this.known
    if (this.known.size > maxStructures) this.forget(oldest!)
    return known
  }

  private forget(known: Known): void {
    const { hash } = known
    const alike = this.byHash.get(hash)!.filter((each) => each !== known)
    if (alike.length > 0) this.byHash.set(hash, alike)
    else this.byHash.delete(hash)
    this.known.delete(known)
    disposeOf(known)
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

function disposeOf({ opened: cached }: Known): void {
  if (cached === undefined) return
  const { session } = cached
  // If a session could not be opened, whoever awaited its results has already received the error.
  if (session instanceof Promise) session.then((opened) => opened.dispose()).catch(() => undefined)
  else session.dispose()
}

function then<A, B>(value: A | Promise<A>, next: (value: A) => B | Promise<B>): B | Promise<B> {
  return value instanceof Promise ? value.then(next) : next(value)
}
