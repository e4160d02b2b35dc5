import { type Html, html } from '@mammokit/html-page'
import type { Drawing } from './drawing.ts'
import type { Plot } from './plot.ts'
import { dataLink } from './plot-data.ts'

/** A plot under its title and caption, with the numbers behind it. */
export async function figure(title: string, caption: string, plot: Plot, { plotOf }: Drawing): Promise<Html> {
  const drawn = plotOf(plot, `${title}. ${caption}`)
  const link = dataLink(title, plot)
  return html`<figure><figcaption><b>${title}</b>${caption}</figcaption>${await drawn}${link}</figure>`
}
