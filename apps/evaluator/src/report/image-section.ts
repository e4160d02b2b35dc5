/** The images worth a look: the highest-scored ones, and the cancers that were missed. */
import { type Html, html } from '@mammokit/html-page'
import { decimals, plural } from './number-text.ts'
import type { ReportData } from './report-data.ts'
import { highestImages, missedCancers, type Thumbnail } from './thumbnails.ts'

export async function imageSection(data: ReportData, count: number): Promise<Html | null> {
  if (count === 0) return null
  const highest = await highestImages(data, count)
  const missed = await missedCancers(data, Math.max(6, Math.floor(count / 2)))
  return html`<section>
    <h2>The highest-scored images</h2>
    <p class="faint">As the network sees them, highest first. The outcome is that of the breast, the number below it of the image and of the breast.</p>
    <div class="images">${highest.map(pictureOf)}</div>
    ${
      missed.length > 0 &&
      html`<h2 style="margin-top:36px">Missed cancers</h2>
    <p class="faint">Images of the ${plural(data.test.confusion.falseNegatives, 'breast')} with cancer below the threshold, lowest first.</p>
    <div class="images">${missed.map(pictureOf)}</div>`
    }
  </section>`
}

function pictureOf({ image, breast, outcome, picture }: Thumbnail): Html {
  const kind = outcome === 'cancer found' ? 'found' : outcome === 'rightly cleared' ? '' : 'wrong-call'
  const name = `${image.laterality} ${image.view}, patient ${image.patientId}`
  return html`<figure class="${kind}">
      ${'source' in picture ? html`<img src="${picture.source}" alt="${name}, ${outcome}">` : html`<div class="gone">${picture.fault}</div>`}
      <figcaption><b>${outcome}</b>${decimals(image.probability)} / ${decimals(breast.probability)}<br>${name}</figcaption>
    </figure>`
}
