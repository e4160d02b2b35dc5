/**
 * Spearman's rank correlation, equal values sharing their mean rank; NaN where one side is constant.
 *
 * @example
 * rankCorrelation([1, 2, 3], [10, 20, 30]) // 1
 */
export function rankCorrelation(a: ArrayLike<number>, b: ArrayLike<number>): number {
  const [x, y] = [ranksOf(a), ranksOf(b)]
  const mean = (x.length - 1) / 2
  let [products, ofX, ofY] = [0, 0, 0]
  for (let i = 0; i < x.length; i++) {
    const [dx, dy] = [x[i]! - mean, y[i]! - mean]
    products += dx * dy
    ofX += dx * dx
    ofY += dy * dy
  }
  return products / Math.sqrt(ofX * ofY)
}

/** From 0. */
function ranksOf(values: ArrayLike<number>): Float64Array {
  const order = Array.from({ length: values.length }, (_, i) => i).sort((i, j) => values[i]! - values[j]!)
  const ranks = new Float64Array(values.length)
  for (let first = 0; first < order.length; ) {
    let end = first + 1
    while (end < order.length && values[order[end]!] === values[order[first]!]) end++
    for (let at = first; at < end; at++) ranks[order[at]!] = (first + end - 1) / 2
    first = end
  }
  return ranks
}
