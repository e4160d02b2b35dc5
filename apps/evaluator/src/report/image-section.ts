/** The images worth a look, by what became of their breasts: with heatmaps, and with lesions where they are known. */
import { plural } from '@mammokit/command-line'
import { type Html, html } from '@mammokit/html-page'
import { galleryOf, type Outcome, type Thumbnail } from './gallery.ts'
import { decimals } from './number-text.ts'
import type { Picture } from './picture.ts'
import type { TestedCases } from './tested-cases.ts'

export async function imageSection(data: TestedCases, count: number): Promise<Html | null> {
  if (count === 0) return null
  const { truePositives, falsePositives, trueNegatives, falseNegatives } = data.test.confusion
  const galleries: [string, string, Outcome][] = [
    ['Cancers found', `${plural(truePositives, 'breast')}, highest probability first.`, 'cancer found'],
    ['False alarms', `${plural(falsePositives, 'healthy breast')}, highest probability first.`, 'false alarm'],
    [
      'Missed cancers',
      `${plural(falseNegatives, 'breast')} with cancer below the threshold, lowest first.`,
      'cancer missed',
    ],
    ['Rightly cleared', `${plural(trueNegatives, 'healthy breast')}, highest probability first.`, 'rightly cleared'],
  ]
  const sections: Html[] = []
  const thumbnails = await Promise.all(galleries.map(([, , outcome]) => galleryOf(data, outcome, count)))
  for (const [i, [title, text]] of galleries.entries()) {
    const shown = thumbnails[i]!
    if (shown.length === 0) continue
    sections.push(html`<h3>${title}</h3><p class="faint">${text}</p>
    <div class="images">${shown.map((thumbnail) => figureOf(thumbnail, data))}</div>`)
  }
  return html`<section>
    <h2>The highest-scored images</h2>
    <p class="faint">As the network sees them. The numbers are the probabilities of the image and of its breast. ${mapText(data)}${
      data.lesions.size > 0 && ' Dashed boxes are lesions that the data set knows, benign ones too.'
    }</p>
    ${sections}
  </section>`
}

function mapText({ maps, withoutMaps }: TestedCases): string {
  return maps
    ? 'On the right the heatmap: yellow, within the line, is where there is strong evidence for cancer, on one scale for all images. It says where the probability comes from, not that there is a lesion.'
    : withoutMaps
}

function figureOf({ image, breast, outcome, picture }: Thumbnail, { patientName }: TestedCases): Html {
  const kind = outcome === 'cancer found' ? 'found' : outcome === 'rightly cleared' ? '' : 'wrong-call'
  const name = `${image.laterality} ${image.view}, ${patientName(image.patientId)}`
  return html`<figure class="${kind}">
      <div class="pair">${'fault' in picture ? html`<div class="gone">${picture.fault}</div>` : pairOf(picture, `${name}, ${outcome}`)}</div>
      <figcaption><b>${outcome}</b>${decimals(image.probability)} / ${decimals(breast.probability)}<br>${name}</figcaption>
    </figure>`
}

function pairOf(picture: Picture, name: string): Html {
  const { plain, explained, height, width, lesions } = picture
  const boxes =
    lesions.length > 0 &&
    html`<svg viewBox="0 0 ${width} ${height}" aria-hidden="true">${lesions.map(
      ({ left, top, right, bottom }) =>
        html`<rect x="${left}" y="${top}" width="${right - left}" height="${bottom - top}"/>`,
    )}</svg>`
  const known = lesions.length > 0 ? `, ${plural(lesions.length, 'known lesion')}` : ''
  return html`<div><img src="${plain}" alt="${name}${known}">${boxes}</div>${
    explained !== null && html`<div><img src="${explained}" alt="Heatmap of the same image">${boxes}</div>`
  }`
}
