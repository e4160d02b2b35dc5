/** Vega-Lite to SVG. */
import { Html } from '@mammokit/html-page'
import * as vega from 'vega'
import * as vegaLite from 'vega-lite'
import { colors, type Plot } from './plot.ts'

const config: vegaLite.Config = {
  background: 'transparent',
  font: 'inherit',
  padding: 4,
  view: { stroke: null },
  axis: {
    labelColor: colors.faint,
    titleColor: colors.faint,
    labelFontSize: 11,
    titleFontSize: 12,
    titleFontWeight: 'normal',
    titlePadding: 8,
    gridColor: colors.line,
    domainColor: colors.line,
    tickColor: colors.line,
    tickCount: 5,
  },
  axisX: { grid: false },
  line: { strokeWidth: 2, color: colors.accent },
  legend: {
    labelColor: colors.ink,
    titleColor: colors.faint,
    labelFontSize: 12,
    labelLimit: 0,
    orient: 'bottom',
    title: null,
    symbolStrokeWidth: 2.5,
  },
}

/** Draws a plot that grows with its column; `description` is for those who cannot see it. */
export async function renderPlot(plot: Plot, description: string): Promise<Html> {
  const spec = vegaLite.compile({ ...plot, config }).spec
  const view = new vega.View(vega.parse(spec), { renderer: 'none' })
  const svg = await view.toSVG()
  view.finalize()
  const label = description.replace(/[&<>"]/g, '')
  return new Html(
    svg
      .replace(/^<svg([^>]*?) width="[^"]*" height="[^"]*"/, `<svg$1 role="img" aria-label="${label}"`)
      .replace(/ xmlns:xlink="[^"]*"/, ''),
  )
}
