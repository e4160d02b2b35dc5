/** How often the intervals of figures hold the truth, over simulated test sets. */
import { figuresOf, statisticsAt } from '@mammokit/pf1-metric'
import { longRunFigures, type Screening, simulateBreasts } from './simulated-screening.ts'

export type FigureName = keyof ReturnType<typeof longRunFigures>['figures']

export interface Coverage {
  /** Share of the replicates whose interval holds the truth, of those that have an interval. */
  readonly covered: number
  readonly meanWidth: number
  /** Replicates without an interval. */
  readonly withoutInterval: number
}

/** Resamples of the one figure that needs them; its interval takes their variance, which 100 tell well enough. */
const resamples = 100

export async function measureCoverage(screening: Screening, replicates: number): Promise<Record<FigureName, Coverage>> {
  const { threshold, figures: truth } = longRunFigures(screening.auc)
  const names = Object.keys(truth) as FigureName[]
  const { ece: _, specificityAtSensitivity90: __, ...statistics } = statisticsAt(threshold)
  const tally = Object.fromEntries(names.map((name) => [name, { covered: 0, width: 0, missing: 0 }]))
  for (let replicate = 0; replicate < replicates; replicate++) {
    const breasts = simulateBreasts(screening, replicate)
    const figures = await figuresOf(breasts, statistics, { resamples, seed: replicate })
    for (const name of names) {
      const { low, high } = figures[name]
      if (low === null || high === null) {
        tally[name].missing++
        continue
      }
      if (low <= truth[name] && truth[name] <= high) tally[name].covered++
      tally[name].width += high - low
    }
  }
  const coverageOf = ({ covered, width, missing }: (typeof tally)[string]): Coverage => {
    const present = replicates - missing
    return { covered: covered / present, meanWidth: width / present, withoutInterval: missing }
  }
  return Object.fromEntries(names.map((name) => [name, coverageOf(tally[name])])) as Record<FigureName, Coverage>
}
