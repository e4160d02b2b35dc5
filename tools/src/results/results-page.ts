/** The table of docs/results.md, between its two comments. */
import type { StudyFigures } from './study-report.ts'
import { studyTable } from './study-table.ts'

const [begin, end] = ['<!-- table: tools/dist/results/draw-results.js -->', '<!-- end of the table -->']

/**
 * The page with the table of these figures.
 *
 * @throws Error for a page without the two comments
 */
export function withTable(page: string, figures: StudyFigures): string {
  const [from, to] = [page.indexOf(begin), page.indexOf(end)]
  if (from < 0 || to < from) throw new Error(`Expected ${begin} and ${end} in the page but received neither or one.`)
  const [header, rows] = studyTable(figures)
  const line = (cells: readonly string[]) => `| ${cells.join(' | ')} |`
  const table = [line(header), line(header.map((_, i) => (i === 0 ? '---' : '---:'))), ...rows.map(line)].join('\n')
  return `${page.slice(0, from + begin.length)}\n\n${table}\n\n${page.slice(to)}`
}
