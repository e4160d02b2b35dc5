/** The product of two small matrices, without what tfjs's cpu backend does before it: for ten rows that takes longer than the product. */

/** Most multiplications of a product that is computed in JavaScript. */
export const maxMultiplications = 1 << 15

/** Terms that are added up before they are rounded to float32, as in tfjs's cpu backend. */
const blockSize = 48

/** Rows and columns, with how far apart they lie. */
interface Matrix {
  readonly rows: number
  readonly columns: number
  readonly rowStep: number
  readonly columnStep: number
}

/** A shape that is one matrix, [..., rows, columns] with nothing before them but ones. */
export function matrixOf(shape: readonly number[], isTransposed: boolean): Matrix | undefined {
  const rank = shape.length
  if (rank < 2) return undefined
  for (let axis = 0; axis < rank - 2; axis++) if (shape[axis] !== 1) return undefined
  const [height, width] = [shape[rank - 2], shape[rank - 1]]
  return isTransposed
    ? { rows: width, columns: height, rowStep: 1, columnStep: width }
    : { rows: height, columns: width, rowStep: width, columnStep: 1 }
}

/** Undefined where they do not fit, or their product is large. */
export function productOf(
  a: Float32Array,
  { rows, columns: terms, rowStep, columnStep: termStepA }: Matrix,
  b: Float32Array,
  { rows: termsB, columns, rowStep: termStepB, columnStep }: Matrix,
): Float32Array | undefined {
  if (terms !== termsB || rows * terms * columns > maxMultiplications) return undefined
  const product = new Float32Array(rows * columns)
  for (let row = 0, at = 0; row < rows; row++) {
    for (let column = 0; column < columns; column++, at++) {
      let total = 0
      for (let from = 0; from < terms; from += blockSize) {
        const to = Math.min(from + blockSize, terms)
        let sum = 0
        for (let term = from; term < to; term++)
          sum += a[row * rowStep + term * termStepA] * b[term * termStepB + column * columnStep]
        total = Math.fround(total + sum)
      }
      product[at] = total
    }
  }
  return product
}

/** The shape of the product of two shapes that are one matrix each. */
export function productShape(
  a: readonly number[],
  b: readonly number[],
  { rows }: Matrix,
  { columns }: Matrix,
): number[] {
  const longer = a.length >= b.length ? a : b
  return [...longer.slice(0, -2), rows, columns]
}
