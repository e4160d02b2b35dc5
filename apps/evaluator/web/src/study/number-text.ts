/**
 * A probability for reading: what is too small to be shown is said to be below, and what is not 1 is never shown as 100 %.
 *
 * @example
 * percentText(0.0321) // '3.2 %'
 */
export function percentText(probability: number): string {
  if (probability > 0 && probability < 0.0005) return '< 0.1 %'
  if (probability < 1 && probability >= 0.9995) return '> 99.9 %'
  return `${(100 * probability).toFixed(1)} %`
}
