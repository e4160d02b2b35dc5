/** Lengths that are known only when a graph runs, read from the shapes of its values. */
import type { GraphBuilder } from './builder.ts'
import type { Attributes, Value } from './graph.ts'

/** A length, or any number, at the sizes of each trace: the first is that of the graph that is kept. */
export type Vector = readonly number[]

/** Sizes that are open, by name: what each of the traces has for it. */
export type OpenSizes = ReadonlyMap<string, Vector>

/** What stands for an open size in the shapes of inputs and outputs: these names, then any other length. */
export const openNames = ['batch', 'height', 'width'] as const
export const anyLength = -1 - openNames.length

/** The name that a negative length stands for; undefined for a length that has none. */
export function openNameOf(length: number): string | undefined {
  return openNames[-1 - length]
}

/** Whether a number is the same at all sizes. */
export function isFixed(vector: Vector): boolean {
  return vector.every((number) => Object.is(number, vector[0]))
}

export class OpenLengths {
  private readonly builder: GraphBuilder
  private readonly sizes: OpenSizes
  private readonly sources: { readonly vector: Vector; readonly value: Value; readonly axis: number }[] = []
  private readonly known = new Map<string, Value>()

  constructor(builder: GraphBuilder, sizes: OpenSizes) {
    this.builder = builder
    this.sizes = sizes
  }

  /** Makes the lengths of a value available to later nodes. `shapes` has its shape at the sizes of each trace. */
  offer(value: Value, shapes: readonly (readonly number[])[]): void {
    shapes[0].forEach((_, axis) => {
      const vector = shapes.map((shape) => shape[axis])
      if (!isFixed(vector) && !this.sources.some((source) => sameVector(source.vector, vector)))
        this.sources.push({ vector, value, axis })
    })
  }

  /** The length that stands in a shape of the file: itself, or a negative one. */
  inShape(vector: Vector): number {
    if (isFixed(vector)) return vector[0]
    const index = openNames.findIndex((name) => this.sizes.has(name) && sameVector(this.sizes.get(name)!, vector))
    return index === -1 ? anyLength : -1 - index
  }

  /** Lengths as one int64 tensor, or undefined where one of them is no multiple of a length that is known. */
  tensorOf(vectors: readonly Vector[]): Value | undefined {
    const parts = vectors.map((vector) => this.lengthOf(vector))
    if (parts.some((part) => part === undefined)) return undefined
    return this.append('Concat', parts as Value[], { shape: [parts.length], dtype: 'int64' }, { axis: 0 })
  }

  /** A number that is proportional to a product of open sizes, or to its inverse: the mean over a batch divides by its size. */
  scalarOf(vector: Vector): Value | undefined {
    const names = [...this.sizes.keys()]
    for (let subset = 1; subset < 1 << names.length; subset++) {
      const factors = names.filter((_, i) => subset & (1 << i))
      const product = vector.map((_, i) => factors.reduce((size, name) => size * this.sizes.get(name)![i], 1))
      for (const op of ['Div', 'Mul'] as const) {
        const rest = vector.map((number, i) => (op === 'Div' ? number * product[i] : number / product[i]))
        if (!rest.every((number) => Math.abs(number - rest[0]) <= 2e-7 * Math.abs(rest[0]))) continue
        const sizes = factors.map((name) => this.lengthOf(this.sizes.get(name)!)!)
        const size = sizes.reduce((a, b) => this.builder.add('Mul', [a, b]))
        const scalar = this.append('Cast', [this.squeezed(size)], { shape: [], dtype: 'float32' }, { to: 1 })
        return this.builder.add(
          op,
          op === 'Div' ? [this.builder.scalar(rest[0]), scalar] : [scalar, this.builder.scalar(rest[0])],
        )
      }
    }
    return undefined
  }

  /** A node with a given shape: shape inference supports only constant lengths. */
  append(op: string, inputs: readonly Value[], output: Value, attributes: Attributes = {}): Value {
    this.builder.nodes.push({ op, inputs, outputs: [output], attributes })
    return output
  }

  /** A length, int64 [1]. */
  private lengthOf(vector: Vector): Value | undefined {
    if (isFixed(vector)) return this.builder.integers([vector[0]])
    const key = vector.join()
    const known = this.known.get(key) ?? this.computeLength(vector)
    if (known !== undefined) this.known.set(key, known)
    return known
  }

  private computeLength(vector: Vector): Value | undefined {
    const exact = this.sources.find((source) => sameVector(source.vector, vector))
    if (exact !== undefined)
      return this.append(
        'Shape',
        [exact.value],
        { shape: [1], dtype: 'int64' },
        { start: exact.axis, end: exact.axis + 1 },
      )
    for (const { vector: source } of this.sources) {
      const [times, parts] = [vector[0] / source[0], source[0] / vector[0]]
      if (Number.isInteger(times) && vector.every((length, i) => length === source[i] * times))
        return this.builder.add('Mul', [this.lengthOf(source)!, this.builder.integers([times])])
      if (Number.isInteger(parts) && vector.every((length, i) => length * parts === source[i]))
        return this.builder.add('Div', [this.lengthOf(source)!, this.builder.integers([parts])])
    }
    return undefined
  }

  private squeezed(x: Value): Value {
    return this.builder.add('Reshape', [x, this.builder.constant([], [0], 'int64')])
  }
}

function sameVector(a: Vector, b: Vector): boolean {
  return a.every((number, i) => number === b[i])
}
