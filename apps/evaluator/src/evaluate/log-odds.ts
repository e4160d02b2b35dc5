/** Log-odds of a probability; certainties are taken one float32 step from 0 and 1. */
export function logOdds(probability: number): number {
  const clipped = Math.min(Math.max(probability, 2 ** -24), 1 - 2 ** -24)
  return Math.log(clipped / (1 - clipped))
}

/** The probability after temperature scaling: Guo et al., https://arxiv.org/abs/1706.04599, section 4.2. */
export function withTemperature(probability: number, temperature: number): number {
  return 1 / (1 + Math.exp(-logOdds(probability) / temperature))
}
