/** Numbers as the report writes them. */
import type { Figure } from '@mammokit/training-run/schema'

/** Three decimals, or a dash where there is nothing. */
export function decimals(value: number | null | undefined, digits = 3): string {
  return value === null || value === undefined ? '–' : value.toFixed(digits)
}

/** "12.3 %"; below 1 % two digits that say something, such as "0.0012 %". */
export function percent(share: number): string {
  const value = 100 * share
  return `${value >= 1 || value === 0 ? value.toFixed(1) : value.toLocaleString('en-US', { maximumSignificantDigits: 2 })} %`
}

/** "0.812 to 0.934", or nothing where the interval is undefined. */
export function interval({ low, high }: Figure): string {
  return low === null || high === null ? '' : `${decimals(low)} to ${decimals(high)}`
}

/** `validation` for 'val'. */
export function setName(subset: 'train' | 'val' | 'test'): string {
  return { train: 'training', val: 'validation', test: 'test' }[subset]
}

/** With a capital first letter. */
export function sentence(text: string): string {
  return `${text.charAt(0).toUpperCase()}${text.slice(1)}`
}
