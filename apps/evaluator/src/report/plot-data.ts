/** The numbers behind a plot, within the page. */
import { type Html, html } from '@mammokit/html-page'
import { type CsvCell, formatCsv } from '@mammokit/strict-csv'
import type { Plot } from './plot.ts'

type Row = Readonly<Record<string, CsvCell>>

/** A link that saves the plot's numbers as CSV; it needs no network and no script. */
export function dataLink(title: string, plot: Plot): Html {
  const name = title.toLowerCase().replace(/[^a-z0-9]+/g, '-')
  const url = `data:text/csv;base64,${Buffer.from(csvOf(plot)).toString('base64')}`
  return html`<p class="data"><a download="${name}.csv" href="${url}">Save the numbers of this plot (CSV)<span class="hidden">: ${title}</span></a></p>`
}

/** A row for every point that is drawn; `layer` numbers what is drawn with it. */
export function csvOf(plot: Plot): string {
  const layers = valuesIn(plot)
  const columns = [...new Set(layers.flat().flatMap((row) => Object.keys(row)))]
  const rows = layers.flatMap((values, layer) =>
    values.map((row): CsvCell[] => [layer + 1, ...columns.map((column) => row[column] ?? null)]),
  )
  return formatCsv(['layer', ...columns], rows)
}

/** Every list of values of a specification, once. */
function valuesIn(spec: unknown, found: Row[][] = []): Row[][] {
  if (typeof spec !== 'object' || spec === null) return found
  const { data } = spec as { data?: { values?: Row[] } }
  if (data?.values && data.values.length > 0 && !found.includes(data.values)) found.push(data.values)
  for (const key of ['layer', 'vconcat'] as const) {
    const parts = (spec as Record<string, unknown>)[key]
    if (Array.isArray(parts)) for (const part of parts) valuesIn(part, found)
  }
  return found
}
