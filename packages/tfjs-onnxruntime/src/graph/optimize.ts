/** The order of the passes. */
import type { Graph } from './graph.ts'
import { eliminateCommonSubexpressions } from './passes/eliminate-common-subexpressions.ts'
import { expandUpdates } from './passes/expand-updates.ts'
import { foldConstants } from './passes/fold-constants.ts'
import { forOpenVino } from './passes/for-open-vino.ts'
import { mergeAffine } from './passes/merge-affine.ts'
import { mergeGroups } from './passes/merge-groups.ts'
import { mergeMovements } from './passes/merge-movements.ts'
import { nameOutputs } from './passes/name-outputs.ts'
import { propagateLayout } from './passes/propagate-layout.ts'
import { scheduleSegments } from './passes/schedule-segments.ts'
import { shrinkTransposes } from './passes/shrink-transposes.ts'
import { simplifyArithmetic } from './passes/simplify-arithmetic.ts'
import { sinkExpands } from './passes/sink-expands.ts'
import { sortByDepth } from './passes/sort-by-depth.ts'
import { splitTransposes } from './passes/split-transposes.ts'
import { sumProducts } from './passes/sum-products.ts'
import { sumRows } from './passes/sum-rows.ts'
import { removeDeadNodes } from './rewrite.ts'
import { assertLegal } from './spec.ts'

const cleanUps = [foldConstants, simplifyArithmetic, sinkExpands, mergeMovements, eliminateCommonSubexpressions]
const tunings = [sumProducts, sumRows, mergeGroups, shrinkTransposes, splitTransposes]

/** Enough for the graphs of tfjs's gradients; each round stops early if nothing changes. */
const maxRounds = 6

/**
 * The graph that is passed to ONNX Runtime: simplified, converted to channels-first, simplified again.
 *
 * @throws {EngineError} `illegal-graph` if a lowering or a pass produced a graph that spec.ts does not allow
 */
export function optimize(graph: Graph, target: Target = 'any'): Graph {
  assertLegal(graph)
  const clean = cleanUp(expandUpdates(removeDeadNodes(graph)))
  const channelsFirst = cleanUp(scheduleSegments(propagateLayout(clean)))
  const tuned = forms[target](channelsFirst)
  const optimized = sortByDepth(nameOutputs(cleanUp(tuned)))
  assertLegal(optimized)
  return optimized
}

/** What a graph is for: any execution provider, ONNX Runtime's `cpu`, or OpenVINO. */
export type Target = 'any' | 'cpu' | 'openvino'

const forms: Readonly<Record<Target, (graph: Graph) => Graph>> = {
  any: shrinkTransposes,
  cpu: tune,
  openvino: forOpenVino,
}

/** Forms that are faster only on a CPU. */
function tune(graph: Graph): Graph {
  return tunings.reduce((tuned, pass) => pass(tuned), cleanUp(mergeAffine(graph)))
}

function cleanUp(graph: Graph): Graph {
  let current = graph
  for (let round = 0; round < maxRounds; round++) {
    const next = cleanUps.reduce((cleaned, pass) => pass(cleaned), current)
    const before = signature(current)
    current = next
    if (signature(next) === before) break
  }
  return current
}

/** The operators of a graph, in order: a pass that keeps this list changed nothing that matters. */
function signature(graph: Graph): string {
  return graph.nodes.map((node) => node.op).join()
}
