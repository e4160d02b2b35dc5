/**
 * The standard normal distribution's quantile of a probability from e^-25 to 1 - e^-25, to 1e-15 relative.
 *
 * Reference: Wichura, "Algorithm AS 241: The Percentage Points of the Normal Distribution", Applied Statistics 37, 1988, PPND16, without
 * its branch for the far tails, where no 32-bit probability lies.
 */
export function normalQuantile(probability: number): number {
  const q = probability - 0.5
  if (q >= -0.425 && q <= 0.425) return q * center(0.180625 - q * q)
  const size = tail(Math.sqrt(-log(q < 0 ? probability : 1 - probability)) - 1.6)
  return q < 0 ? -size : size
}

function center(r: number): number {
  let above = 2509.0809287301227
  above = above * r + 33430.57558358813
  above = above * r + 67265.7709270087
  above = above * r + 45921.95393154987
  above = above * r + 13731.69376550946
  above = above * r + 1971.5909503065513
  above = above * r + 133.14166789178438
  above = above * r + 3.3871328727963665
  let below = 5226.495278852854
  below = below * r + 28729.085735721943
  below = below * r + 39307.89580009271
  below = below * r + 21213.794301586597
  below = below * r + 5394.196021424751
  below = below * r + 687.1870074920579
  below = below * r + 42.31333070160091
  return above / (below * r + 1)
}

function tail(r: number): number {
  let above = 0.0007745450142783414
  above = above * r + 0.022723844989269184
  above = above * r + 0.2417807251774506
  above = above * r + 1.2704582524523684
  above = above * r + 3.6478483247632045
  above = above * r + 5.769497221460691
  above = above * r + 4.630337846156546
  above = above * r + 1.4234371107496835
  let below = 1.0507500716444169e-9
  below = below * r + 0.0005475938084995345
  below = below * r + 0.015198666563616457
  below = below * r + 0.14810397642748008
  below = below * r + 0.6897673349851
  below = below * r + 1.6763848301838038
  below = below * r + 2.053191626637759
  return above / (below * r + 1)
}

/** The natural logarithm of a number above 0 to two units in the last place; ECMAScript leaves the last bits of Math.log to the engine. */
function log(x: number): number {
  let [mantissa, exponent] = [x, 0]
  for (; mantissa < 0.75; exponent--) mantissa *= 2
  const s = (mantissa - 1) / (mantissa + 1)
  let sum = 0
  // The series of 2 artanh(s), |s| <= 1/5 here.
  for (let k = 21; k >= 1; k -= 2) sum = sum * s * s + 1 / k
  return 2 * s * sum + exponent * Math.LN2
}
