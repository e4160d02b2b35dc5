import { type Html, html } from '@mammokit/html-page'
import { dataLink } from './plot-data.ts'
import { type Plot, renderPlot } from './render-plot.ts'

/** A plot under its title and caption, with the numbers behind it. */
export async function figure(title: string, caption: string, plot: Plot): Promise<Html> {
  return html`<figure><figcaption><b>${title}</b>${caption}</figcaption>${await renderPlot(plot, `${title}. ${caption}`)}${dataLink(title, plot)}</figure>`
}
