import type { SplitRow } from '@mammokit/screening-data'
import type { TestResult } from '@mammokit/training-run'
import { ageBand } from './subgroups.ts'

type CaseMix = NonNullable<TestResult['external']>['caseMix']

const unknown = 'unknown'

const columns: Readonly<Record<string, (row: SplitRow) => string>> = {
  cancer: ({ cancer }) => (cancer === 1 ? 'yes' : 'no'),
  age: ({ age }) => (age === null ? unknown : ageBand(age)),
  density: ({ density }) => density ?? unknown,
  view: ({ view }) => view,
  machine: ({ machineId }) => machineId ?? unknown,
}

/** The share of the images of both sets with each value of what figures depend on. */
export function caseMixOf(external: readonly SplitRow[], internal: readonly SplitRow[]): CaseMix {
  return Object.entries(columns).flatMap(([column, of]) => {
    const [there, here] = [sharesOf(external, of), sharesOf(internal, of)]
    const values = [...new Set([...there.keys(), ...here.keys()])]
    values.sort((a, b) => a.localeCompare(b, 'en', { numeric: true }))
    return values.map((value) => ({ column, value, external: there.get(value) ?? 0, internal: here.get(value) ?? 0 }))
  })
}

function sharesOf(rows: readonly SplitRow[], of: (row: SplitRow) => string): Map<string, number> {
  const counts = new Map<string, number>()
  for (const row of rows) counts.set(of(row), (counts.get(of(row)) ?? 0) + 1)
  return new Map([...counts].map(([value, count]) => [value, count / rows.length]))
}
