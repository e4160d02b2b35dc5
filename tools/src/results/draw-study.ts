/** The figure of a study: areas within machines with their intervals, a line per model, as SVG. */
import type { Figure } from './breast-figures.ts'
import type { StudyFigures } from './study-report.ts'

const [left, right, top, row] = [300, 130, 50, 26]
const [width, from, to] = [860, 0.4, 0.8]

/**
 * The figure as the text of an SVG file, the same for the same figures.
 *
 * @example
 * drawStudy(figures).startsWith('<svg') // true
 */
export function drawStudy({ baselines, arms, zeroShot }: StudyFigures): string {
  const models: readonly { readonly name: string; readonly figure: Figure; readonly color: string }[] = [
    ...baselines.map(({ name, withinMachines }) => ({
      name: `no image: ${name}`,
      figure: withinMachines,
      color: '#777777',
    })),
    ...zeroShot.map(({ title, withinMachines }) => ({ name: title, figure: withinMachines, color: '#b85c00' })),
    ...arms.map(({ title, folds, seeds, withinMachines }) => {
      return { name: `${title} (${folds} x ${seeds})`, figure: withinMachines, color: '#1f5f99' }
    }),
  ]
  const bottom = top + models.length * row
  const x = (area: number) => (left + ((area - from) / (to - from)) * (width - left - right)).toFixed(1)
  const clipped = (area: number) => x(Math.min(to, Math.max(from, area)))
  const ticks = Array.from({ length: 9 }, (_, i) => from + 0.05 * i)
  const parts = [
    ...ticks.flatMap((tick) => [
      `<line x1="${x(tick)}" y1="${top - 8}" x2="${x(tick)}" y2="${bottom}" stroke="${Math.abs(tick - 0.5) < 1e-9 ? '#333333' : '#dddddd'}"/>`,
      `<text x="${x(tick)}" y="${top - 14}" text-anchor="middle">${tick.toFixed(2)}</text>`,
    ]),
    ...models.flatMap(({ name, figure: { value, low, high }, color }, i) => {
      const y = top + row * i + row / 2
      return [
        `<text x="${left - 12}" y="${y + 4}" text-anchor="end">${escaped(name)}</text>`,
        `<line x1="${clipped(low)}" y1="${y}" x2="${clipped(high)}" y2="${y}" stroke="${color}" stroke-width="2"/>`,
        `<circle cx="${clipped(value)}" cy="${y}" r="4.5" fill="${color}"/>`,
        `<text x="${width - right + 10}" y="${y + 4}">${value.toFixed(3)} (${low.toFixed(2)}-${high.toFixed(2)})</text>`,
      ]
    }),
    `<text x="${x((from + to) / 2)}" y="18" text-anchor="middle">AUC over pairs of one machine, 95 % interval over patients; 0.5 is chance</text>`,
  ]
  return [
    `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${width} ${bottom + 14}" font-family="sans-serif" font-size="12" fill="#222222" role="img" aria-label="Areas within machines">`,
    `<rect width="${width}" height="${bottom + 14}" fill="#ffffff"/>`,
    ...parts,
    '</svg>',
    '',
  ].join('\n')
}

function escaped(text: string): string {
  return text.replaceAll('&', '&amp;').replaceAll('<', '&lt;')
}
