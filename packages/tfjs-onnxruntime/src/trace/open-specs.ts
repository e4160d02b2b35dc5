/** Input specs with open sizes: what is traced for them, and with which numbers. */
import { EngineError } from '../errors.ts'
import type { OpenSizes } from '../graph/open-lengths.ts'
import { flattenSpecs, type InputSpec, type InputSpecs } from './input-spec.ts'

/**
 * Two numbers for each size. Batches are primes: what grows with them is the batch, not a coincidence. Along the sides of an image strides
 * halve one number to even lengths all the way down and the other to odd ones, so that padding that depends on either shows.
 */
const samples = { batch: [7, 11], height: [256, 257], width: [1024, 1025] } as const

type SizeName = keyof typeof samples

/** What to trace where specs leave sizes open: the specs with numbers, for each trace, and the sizes' numbers by name. */
export interface OpenSpecs {
  readonly closed: readonly InputSpecs[]
  readonly sizes: OpenSizes
}

/** `allowed` are the names of the sizes that may be open. @throws {EngineError} `bad-input` for `null` elsewhere */
export function openSpecs(specs: InputSpecs, allowed: readonly SizeName[]): OpenSpecs {
  const { leaves, unflatten } = flattenSpecs<InputSpec>(specs)
  const names = new Set<SizeName>()
  const nameOf = (spec: InputSpec, axis: number, place: string): SizeName => {
    const name =
      axis === 0 ? 'batch' : spec.shape.length === 4 ? ([undefined, 'height', 'width'] as const)[axis] : undefined
    if (name !== undefined && allowed.includes(name)) return name
    throw new EngineError(
      'bad-input',
      `Expected integers after the first dimension of input ${place} but received [${spec.shape.map(String)}]. ${advice(allowed)}`,
      { place },
    )
  }
  for (const { value, place } of leaves)
    value.shape.forEach((length, axis) => {
      if (length === null) names.add(nameOf(value, axis, place))
    })
  const open = Object.keys(samples).filter((name): name is SizeName => names.has(name as SizeName))
  const traces = [undefined, ...open]
  const numberFor = (name: SizeName, trace: SizeName | undefined): number => samples[name][name === trace ? 1 : 0]
  const closed = traces.map((trace) => {
    const filled = leaves.map(({ value, place }) => ({
      ...value,
      shape: value.shape.map((length, axis) => length ?? numberFor(nameOf(value, axis, place), trace)),
    }))
    return unflatten(filled) as InputSpecs
  })
  return { closed, sizes: new Map(open.map((name) => [name, traces.map((trace) => numberFor(name, trace))])) }
}

function advice(allowed: readonly SizeName[]): string {
  return allowed.includes('height')
    ? 'Only the batch size may be null, and in images [N, H, W, C] height and width.'
    : 'Only the batch size may be null.'
}

/** Traces a function at all sizes. @throws {EngineError} `bad-input` where it runs at the first and fails at another */
export function traceAll<Traced>(
  closed: readonly InputSpecs[],
  sizes: OpenSizes,
  traceOne: (specs: InputSpecs) => Traced,
): Traced[] {
  return closed.map((specs, i) => {
    try {
      return traceOne(specs)
    } catch (cause) {
      // Shapes that do not fit are an error of tfjs, or of the graph.
      if (i === 0 || (cause instanceof EngineError && cause.code !== 'illegal-graph')) throw cause
      const name = [...sizes.keys()][i - 1]
      const [first, other] = samples[name as SizeName]
      throw new EngineError(
        'bad-input',
        `Expected a function that takes any ${name} but received one that takes ${first} and fails at ${other}: ${(cause as Error).message.replace(/\.$/, '')}. Pass the ${name} as a number.`,
        { size: name },
        { cause },
      )
    }
  })
}
