/** The figures of a study as a table. */
import { formatTable } from '@mammokit/command-line'
import type { Figure } from './breast-figures.ts'
import type { StudyFigures } from './study-report.ts'

/** `0.612 (0.571 to 0.650)`. */
function formatFigure({ value, low, high }: Figure, sign = false): string {
  const shown = (x: number) => `${sign && x > 0 ? '+' : ''}${x.toFixed(3)}`
  return `${shown(value)} (${shown(low)} to ${shown(high)})`
}

/** Header and rows of the table of a study. */
export function studyTable({ baselines: known, zeroShot, arms, folds }: StudyFigures): [string[], string[][]] {
  const header = [
    'model',
    'folds x seeds',
    'AUC within machines',
    'AUC over all pairs',
    'difference within machines',
    'compared with',
  ]
  return [
    header,
    [
      ...known.map(({ name, pooled, withinMachines }) => {
        return [`no image: ${name}`, `${folds} x 1`, formatFigure(withinMachines), formatFigure(pooled), '', '']
      }),
      ...zeroShot.map(({ title, pooled, withinMachines }) => {
        return [`never saw a real image: ${title}`, '-', formatFigure(withinMachines), formatFigure(pooled), '', '']
      }),
      ...arms.map((arm) => [
        arm.title,
        `${arm.folds} x ${arm.seeds}`,
        formatFigure(arm.withinMachines),
        formatFigure(arm.pooled),
        arm.difference === null ? '' : formatFigure(arm.difference.withinMachines, true),
        arm.difference?.to ?? '',
      ]),
    ],
  ]
}

export function formatStudy(figures: StudyFigures): string {
  const { breasts, positives, patients, machines } = figures
  const [header, rows] = studyTable(figures)
  return `${breasts} breasts of ${patients} patients and ${machines} machines, ${positives} with cancer\n${formatTable(header, rows)}`
}
