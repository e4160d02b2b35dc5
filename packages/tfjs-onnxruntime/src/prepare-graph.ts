/** From a function to the graph that ONNX Runtime gets: traced, once for each open size more, and optimized. */
import { EngineError } from './errors.ts'
import { type Graph, sameShape, type Value } from './graph/graph.ts'
import { openGraph } from './graph/open-graph.ts'
import { optimize, type Target } from './graph/optimize.ts'
import { flattenOutputs } from './graph/passes/flatten-outputs.ts'
import { type HostUpdate, takeUpdatesOut } from './plan/host-updates.ts'
import { flattenSpecs, type InputSpec, type InputSpecs } from './trace/input-spec.ts'
import type { RandomInput } from './trace/interceptions.ts'
import { openSpecs, traceAll } from './trace/open-specs.ts'
import { type Trace, type TracedInput, trace } from './trace/trace.ts'

export interface PrepareOptions {
  readonly freezeVariables: boolean
  /** What runs the graph; only `cpu` has more operators than every execution provider. */
  readonly target: Target
  /** Take optimizer updates out of the graph, for the host. */
  readonly updatesOnHost: boolean
}

export interface PreparedGraph {
  /** Its inputs, random numbers and variables are those of the graph. */
  readonly traced: Trace
  readonly graph: Graph
  readonly updates: readonly HostUpdate<number>[]
  readonly isOpen: boolean
  /** The shapes of `traced.randoms` at a batch size. */
  randomShapes(batch: number): readonly (readonly number[])[]
}

/** @throws {EngineError} `bad-input` naming an operator that depends on the batch size where that is open */
export function prepareGraph(
  fn: (...inputs: never[]) => unknown,
  specs: InputSpecs,
  { freezeVariables, target, updatesOnHost }: PrepareOptions,
): PreparedGraph {
  const { closed, sizes } = openSpecs(specs, ['batch'])
  const all = traceAll(closed, sizes, (each) => {
    const whole = trace(fn, each, { freezeVariables, portable: target !== 'cpu' })
    return updatesOnHost ? takeUpdatesOut(whole) : { trace: whole, updates: [] }
  })
  const traces = all.map(({ trace: each }) => each)
  const { updates } = all[0]
  const [traced] = traces
  const graphsFor = (form: Target): Graph[] =>
    traces.map(({ graph, resultCount, writes }) => flattenOutputs(optimize(graph, form), resultCount + writes.length))
  const fixedShapes = traced.randoms.map(({ value }) => value.shape)
  if (sizes.size === 0)
    return { traced, graph: graphsFor(target)[0], updates, isOpen: false, randomShapes: () => fixedShapes }
  const randomShapes = openShapes(traces, sizes.get('batch')!)
  const { graph, openedOf } = openFirst(graphsFor, target === 'cpu' ? ['cpu', 'any'] : [target], (graphs) =>
    openGraph(graphs, sizes),
  )
  const given = flattenSpecs<InputSpec>(specs).leaves
  const inputs = traced.inputs.map(
    (input, i): TracedInput => ({
      ...input,
      value: openedOf(input.value),
      spec: given[i].value,
    }),
  )
  const randoms = traced.randoms.map((random): RandomInput => ({ ...random, value: openedOf(random.value) }))
  return { traced: { ...traced, inputs, randoms }, graph, updates, isOpen: true, randomShapes }
}

/** The first form of the graphs that may be opened: some that are faster on a processor depend on the batch size. */
function openFirst<Opened>(
  graphsFor: (form: Target) => Graph[],
  forms: readonly Target[],
  open: (graphs: readonly Graph[]) => Opened,
): Opened {
  const [form, ...others] = forms
  try {
    return open(graphsFor(form))
  } catch (error) {
    if (others.length === 0 || !(error instanceof EngineError)) throw error
    return openFirst(graphsFor, others, open)
  }
}

function openShapes(traces: readonly Trace[], [first, other]: readonly number[]): PreparedGraph['randomShapes'] {
  const shapesOf = ({ randoms }: Trace) => randoms.map(({ value }: { value: Value }) => value.shape)
  const [shapes, others] = traces.map(shapesOf)
  const at = (batch: number) =>
    shapes.map((shape, i) =>
      shape.map((length, axis) => (length === others[i][axis] ? length : (length / first) * batch)),
    )
  if (!at(other).every((shape, i) => sameShape(shape, others[i])))
    throw new EngineError(
      'bad-input',
      'Expected random tensors whose shapes are multiples of the open batch size but received others. Pass the batch size as a number.',
    )
  return at
}
