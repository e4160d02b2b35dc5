/**
 * Elementary functions built only from IEEE 754 addition, multiplication, division and square root.
 *
 * ECMAScript leaves the last bits of Math.sin, Math.exp and similar functions to the engine; a data set that must have the same
 * bytes everywhere cannot use them. Accurate to about 1e-12, which is sufficient for rendering.
 */

const LN2 = Math.LN2
const TWO_PI = 2 * Math.PI
const HALF_PI = Math.PI / 2

export function sin(x: number): number {
  return cos(x - HALF_PI)
}

export function cos(x: number): number {
  let r = Math.abs(x - TWO_PI * Math.round(x / TWO_PI))
  const negative = r > HALF_PI
  if (negative) r = Math.PI - r
  const q = r * r
  let sum = 1
  for (let k = 9; k >= 1; k--) sum = 1 - (sum * q) / ((2 * k - 1) * (2 * k))
  return negative ? -sum : sum
}

export function exp(x: number): number {
  if (x < -700) return 0
  const n = Math.round(x / LN2)
  const r = x - n * LN2
  let sum = 1
  for (let k = 14; k >= 1; k--) sum = 1 + (sum * r) / k
  const factor = n < 0 ? 0.5 : 2
  for (let k = Math.abs(n); k > 0; k--) sum *= factor
  return sum
}

export function log(x: number): number {
  let m = x
  let n = 0
  for (; m > 1.5; n++) m *= 0.5
  for (; m < 0.75; n--) m *= 2
  const s = (m - 1) / (m + 1)
  const q = s * s
  let sum = 0
  for (let k = 25; k >= 1; k -= 2) sum = sum * q + 1 / k
  return 2 * s * sum + n * LN2
}

export function atan2(y: number, x: number): number {
  if (x === 0 && y === 0) return 0
  const steep = Math.abs(y) > Math.abs(x)
  const ratio = steep ? Math.abs(x / y) : Math.abs(y / x)
  const bent = ratio > 0.41421356
  const s = bent ? (ratio - 1) / (ratio + 1) : ratio
  const q = s * s
  let sum = 0
  for (let k = 33; k >= 1; k -= 2) sum = 1 / k - sum * q
  let angle = s * sum + (bent ? HALF_PI / 2 : 0)
  if (steep) angle = HALF_PI - angle
  if (x < 0) angle = Math.PI - angle
  return y < 0 ? -angle : angle
}

export function smoothstep(low: number, high: number, x: number): number {
  const t = Math.min(1, Math.max(0, (x - low) / (high - low)))
  return t * t * (3 - 2 * t)
}

export function clamp(x: number, low: number, high: number): number {
  return Math.min(high, Math.max(low, x))
}
