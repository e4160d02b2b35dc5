/**
 * The n-th smallest of numbers, from 0, in time that grows as their count; reorders them.
 *
 * Reference: Hoare, "Algorithm 65: Find", Communications of the ACM 4 (1961).
 *
 * @example
 * nthSmallest(Float64Array.of(3, 1, 2), 1) // 2
 */
export function nthSmallest(values: Float64Array, n: number): number {
  let left = 0
  let right = values.length - 1
  while (left < right) {
    const pivot = values[(left + right) >> 1]
    let low = left
    let high = right
    while (low <= high) {
      while (values[low] < pivot) low++
      while (values[high] > pivot) high--
      if (low > high) break
      const value = values[low]
      values[low++] = values[high]
      values[high--] = value
    }
    if (n <= high) right = high
    else if (n >= low) left = low
    else break
  }
  return values[n]
}
