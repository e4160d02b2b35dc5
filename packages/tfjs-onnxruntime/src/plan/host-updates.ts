/** Removes the optimizer's updates from a traced graph: the host computes them in one pass over memory instead of twelve. */
import type * as tf from '@tensorflow/tfjs-core'
import type { Node, Value } from '../graph/graph.ts'
import type { Trace, VariableValue } from '../trace/trace.ts'

/** An update by Adam; a source is the index or the name of an output of the graph. */
export interface HostUpdate<Source> {
  readonly variable: tf.Variable
  readonly m: tf.Variable
  readonly v: tf.Variable
  readonly beta2: number
  readonly gradient: Source
  readonly decay: Source
  readonly rate: Source
  readonly floor: Source
  /** Factor of the variable before the update; 1 where it is absent. */
  readonly shrink: Source | undefined
  /** Whether to update at all; yes where it is absent. */
  readonly take: Source | undefined
}

/**
 * The trace without the updates on which nothing in the graph depends, and those updates. Their inputs become outputs of the graph, after the remaining writes.
 *
 * An update whose new values the function reads again, or returns, stays.
 */
export function takeUpdatesOut(traced: Trace): {
  readonly trace: Trace
  readonly updates: readonly HostUpdate<number>[]
} {
  const { graph, writes, resultCount } = traced
  const nodes = graph.nodes.filter(({ op }) => op === 'AdamUpdate')
  const targets = new Map(nodes.map((node) => [node, targetsOf(node, traced)]))
  const gone = new Set([...targets.values()].flat())
  const left = writes.filter(({ variable }) => !gone.has(variable))
  const outputs = [...graph.outputs.slice(0, resultCount), ...left.map(({ value }) => value)]
  const sources = new Map<Value, number>()
  const indexOf = (value: Value): number => {
    const index = sources.get(value) ?? outputs.length + sources.size
    sources.set(value, index)
    return index
  }
  const updates = nodes.flatMap((node): HostUpdate<number>[] => {
    const [variable, m, v] = targets.get(node)!
    if (variable === undefined) return []
    const [gradient, decay, rate, floor] = node.inputs.slice(3, 7).map((value) => indexOf(value!))
    const [shrink, take] = node.inputs.slice(7).map((value) => value && indexOf(value))
    const beta2 = (node.attributes.beta2 as { readonly float: number }).float
    return [{ variable, m, v, beta2, gradient, decay, rate, floor, shrink, take }]
  })
  return { trace: { ...traced, graph: { ...graph, outputs: [...outputs, ...sources.keys()] }, writes: left }, updates }
}

/** The three variables of an update that reads their old values and whose new values nothing else reads; undefined otherwise. */
function targetsOf({ inputs, outputs }: Node, { graph, reads, writes, resultCount }: Trace): tf.Variable[] {
  const needed = new Set([...graph.nodes.flatMap((node) => node.inputs), ...graph.outputs.slice(0, resultCount)])
  const variableOf = (list: readonly VariableValue[], value: Value | undefined) =>
    list.find((entry) => entry.value === value)?.variable
  const targets = outputs.map((value) => variableOf(writes, value))
  const free = outputs.every(
    (value, i) => targets[i] && !needed.has(value) && variableOf(reads, inputs[i]) === targets[i],
  )
  return free ? (targets as tf.Variable[]) : []
}
