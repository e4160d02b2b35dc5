/** What can still be computed after a run has failed: the operation at fault is searched for by halves, and what does not depend on it is run without it. */
import type { Graph, Node, Value } from '../graph/graph.ts'
import { removeDeadNodes } from '../graph/rewrite.ts'
import { type Attempt, type Outcome, type PendingRun, settle } from './pending-run.ts'
import type { Entry } from './tensor-entry.ts'

/** What to attempt after a failure, in turn, until each wanted tensor has its values or the error of an operation that it depends on. */
export function* attemptsAfter(run: PendingRun, failure: unknown): Generator<Attempt, void, Outcome> {
  const failed = new Map<Value, unknown>()
  for (const [i, source] of run.sources.entries())
    if (source.failure !== undefined) failed.set(run.graph.inputs[i], source.failure)
  let left = withoutDependents(run, failed)
  let error = failed.size === 0 ? failure : undefined
  while (left.wanted.length > 0) {
    if (error === undefined) {
      const outcome: Outcome = yield left
      if (outcome.results !== undefined) {
        settle(left, outcome.results)
        return
      }
      error = outcome.failure
    }
    const { nodes } = left.graph
    let [works, fails] = [0, nodes.length]
    while (left.wanted.length > 1 && fails - works > 1) {
      const middle = (works + fails) >> 1
      const outcome: Outcome = yield beginningOf(left, middle)
      if (outcome.results !== undefined) works = middle
      else [fails, error] = [middle, outcome.failure]
    }
    const cause = error
    left = withoutDependents(left, new Map(nodes[fails - 1].outputs.map((value) => [value, cause])))
    error = undefined
  }
}

/** The run without what depends on failed values: its tensors get their errors. */
function withoutDependents({ graph, sources, wanted }: PendingRun, failed: Map<Value, unknown>): PendingRun {
  for (const { inputs, outputs } of graph.nodes) {
    const cause = inputs.find((value) => value !== undefined && failed.has(value))
    if (cause !== undefined) for (const value of outputs) failed.set(value, failed.get(cause))
  }
  const left: Entry[] = []
  const outputs: Value[] = []
  for (const [i, entry] of wanted.entries()) {
    const value = graph.outputs[i]
    if (failed.has(value)) entry.failure = failed.get(value)
    else {
      left.push(entry)
      outputs.push(value)
    }
  }
  const { nodes } = removeDeadNodes({ inputs: graph.inputs, nodes: graph.nodes, outputs })
  const { graph: needed, sources: read } = attemptOf(graph, sources, nodes, outputs)
  return { graph: needed, sources: read, wanted: left }
}

/** The first nodes, with outputs that need each of them. */
function beginningOf({ graph, sources }: Attempt, count: number): Attempt {
  const needed = new Set<Value | undefined>(graph.outputs)
  for (const { inputs } of graph.nodes.slice(count)) for (const value of inputs) needed.add(value)
  const nodes = graph.nodes.slice(0, count)
  const outputs = nodes.flatMap((node) => node.outputs.filter((value) => needed.has(value)))
  return attemptOf(graph, sources, nodes, outputs)
}

/** Some nodes of a graph, with the inputs that they read. */
function attemptOf(graph: Graph, sources: readonly Entry[], nodes: readonly Node[], outputs: Value[]): Attempt {
  const used = new Set<Value | undefined>(nodes.flatMap(({ inputs }) => inputs))
  return {
    graph: { inputs: graph.inputs.filter((value) => used.has(value)), nodes, outputs },
    sources: sources.filter((_, i) => used.has(graph.inputs[i])),
  }
}
