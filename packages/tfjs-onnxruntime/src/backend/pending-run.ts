/** A run of a graph for the tensors that wait for it. */
import type { Graph } from '../graph/graph.ts'
import type { Storage } from '../memory/storage.ts'
import type { Entry } from './tensor-entry.ts'

/** A graph, and the tensors of its inputs. */
export interface Attempt {
  readonly graph: Graph
  readonly sources: readonly Entry[]
}

export interface PendingRun extends Attempt {
  /** The tensors of the graph's outputs. */
  readonly wanted: readonly Entry[]
}

/** The values of an attempt's outputs, or the error with which it failed. */
export interface Outcome {
  readonly results?: readonly Storage[]
  readonly failure?: unknown
}

export function settle({ wanted }: PendingRun, results: readonly Storage[]): void {
  for (const [i, entry] of wanted.entries()) entry.values = results[i]
}
