import type { TestResult } from '@mammokit/training-run/schema'

type Tested = Pick<TestResult, 'subgroups' | 'subgroupTests'>

/** A sentence for each attribute by which calls are right more or less often, beyond what chance does among as many attributes. */
export function subgroupNotes({ subgroups, subgroupTests }: Tested): string[] {
  return subgroupTests
    .filter(({ adjusted }) => adjusted < 0.05)
    .map(({ column, compares, adjusted }) => {
      const groups = subgroups.filter((group) => group.column === column && group.value !== 'unknown')
      const figures = compares === 'both' ? (['sensitivity', 'specificity'] as const) : (['sensitivity'] as const)
      const spans = figures.flatMap((name) => spanOf(groups, name) ?? [])
      return `${figures.join(' and ')} differ${figures.length === 1 ? 's' : ''} by ${column} beyond chance (p ${pText(adjusted)} after Holm): ${spans.join('; ')}.`
    })
    .map((text) => `${text.charAt(0).toUpperCase()}${text.slice(1)}`)
}

/** 'sensitivity 0.667 (1) to 0.887 (2)', from the worst group to the best. */
function spanOf(groups: Tested['subgroups'], name: 'sensitivity' | 'specificity'): string | undefined {
  const known = groups.flatMap(({ value, [name]: figure }) =>
    figure.value === null ? [] : [{ value, share: figure.value }],
  )
  if (known.length < 2) return undefined
  const sorted = known.sort((a, b) => a.share - b.share)
  const [worst, best] = [sorted[0]!, sorted.at(-1)!]
  return `${name} ${worst.share.toFixed(3)} (${worst.value}) to ${best.share.toFixed(3)} (${best.value})`
}

function pText(pValue: number): string {
  return pValue < 0.001 ? '< 0.001' : pValue.toFixed(3)
}
