/**
 * The regularized incomplete beta function and its inverse, in double precision.
 *
 * Source: NIST Digital Library of Mathematical Functions, https://dlmf.nist.gov/8.17: 8.17.4 (symmetry) and 8.17.22 (continued
 * fraction), evaluated by Lentz's method (3.10(iii)); log-gamma by Lanczos' approximation with Godfrey's coefficients.
 */

/** I_x(a, b), the chance that a beta variable is at most `x`; `x` 0 to 1, `a` and `b` above 0. */
export function incompleteBeta(x: number, a: number, b: number): number {
  if (x <= 0) return 0
  if (x >= 1) return 1
  // The fraction converges fast below the mean only.
  if (x > (a + 1) / (a + b + 2)) return 1 - lowerTail(1 - x, b, a)
  return lowerTail(x, a, b)
}

/** The `x` with I_x(a, b) = `probability`, for `a` and `b` from about 0.2 on: Newton steps, halving the bracket wherever one leaves it. */
export function inverseIncompleteBeta(probability: number, a: number, b: number): number {
  if (probability <= 0) return 0
  if (probability >= 1) return 1
  let [low, high] = [0, 1]
  let x = a / (a + b)
  for (let step = 0; step < 200; step++) {
    const excess = incompleteBeta(x, a, b) - probability
    if (excess === 0) return x
    if (excess > 0) high = x
    else low = x
    const newton = x - excess / densityAt(x, a, b)
    const next = newton > low && newton < high ? newton : (low + high) / 2
    if (Math.abs(next - x) <= 4 * Number.EPSILON * x) return next
    x = next
  }
  return x
}

function lowerTail(x: number, a: number, b: number): number {
  return (Math.exp(a * Math.log(x) + b * Math.log1p(-x) - logBeta(a, b)) * continuedFraction(x, a, b)) / a
}

function densityAt(x: number, a: number, b: number): number {
  return Math.exp((a - 1) * Math.log(x) + (b - 1) * Math.log1p(-x) - logBeta(a, b))
}

function continuedFraction(x: number, a: number, b: number): number {
  const tiny = 1e-300
  const awayFromZero = (value: number) => (Math.abs(value) < tiny ? tiny : value)
  let c = 1
  let d = 1 / awayFromZero(1 - ((a + b) * x) / (a + 1))
  let fraction = d
  for (let m = 1; m < 100_000; m++) {
    const even = (m * (b - m) * x) / ((a + 2 * m - 1) * (a + 2 * m))
    const odd = (-(a + m) * (a + b + m) * x) / ((a + 2 * m) * (a + 2 * m + 1))
    let change = 1
    for (const term of [even, odd]) {
      d = 1 / awayFromZero(1 + term * d)
      c = awayFromZero(1 + term / c)
      change = c * d
      fraction *= change
    }
    if (Math.abs(change - 1) <= Number.EPSILON) break
  }
  return fraction
}

function logBeta(a: number, b: number): number {
  return logGamma(a) + logGamma(b) - logGamma(a + b)
}

// g = 607/128, n = 15: P. Godfrey, "A note on the computation of the convergent Lanczos complex Gamma approximation", 2001.
const lanczos = [
  0.9999999999999971, 57.15623566586292, -59.59796035547549, 14.136097974741746, -0.4919138160976202,
  3.399464998481189e-5, 4.652362892704858e-5, -9.837447530487956e-5, 0.0001580887032249125, -0.00021026444172410488,
  0.00021743961811521265, -0.0001643181065367639, 8.441822398385275e-5, -2.6190838401581408e-5, 3.6899182659531625e-6,
]

function logGamma(x: number): number {
  const base = x + 607 / 128 - 0.5
  const series = lanczos.reduce((sum, coefficient, i) => (i === 0 ? coefficient : sum + coefficient / (x - 1 + i)), 0)
  return (x - 0.5) * Math.log(base) - base + Math.log(Math.sqrt(2 * Math.PI) * series)
}
