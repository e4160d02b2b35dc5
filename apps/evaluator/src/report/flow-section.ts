/** The flow of patients and images, as STARD 2015 asks for it (item 19). */
import { plural } from '@mammokit/command-line'
import { type Html, html } from '@mammokit/html-page'
import { setName } from './number-text.ts'
import type { ReasonCount, UnitCounts } from './patient-flow.ts'
import type { ReportData } from './report-data.ts'

export function flowSection({ flow, test }: ReportData): Html {
  const { seen, excluded, refused, unplaced, patients, subsets, lostBreasts } = flow
  const others = (['train', 'val', 'test'] as const).filter(
    (subset) => subset !== test.subset && subsets[subset].images > 0,
  )
  return html`<section>
    <h2>Who was tested</h2>
    <p class="faint">From the files of the data set to the breasts of the figures above.</p>
    <ol class="flow">
      <li><div class="step">${plural(seen + sumOf(excluded), 'image')} listed</div>${aside('Excluded by hand', excluded)}</li>
      <li><div class="step">${plural(seen, 'image')} preprocessed</div>${aside('No picture made', refused)}${
        unplaced > 0 && html`<div class="aside"><b>${plural(unplaced, 'image')} without label, side or view</b></div>`
      }</li>
      <li><div class="step">${plural(sumOf(Object.values(subsets)), 'image')} of ${plural(patients, 'patient')} in the split</div>${
        others.length > 0 &&
        html`<div class="aside"><b>Not tested</b>${others.map(
          (subset) => html`<br>${setName(subset)}: ${unitText(subsets[subset])}`,
        )}</div>`
      }</li>
      <li><div class="step"><b>Tested: ${unitText(subsets[test.subset])}</b></div>${
        lostBreasts > 0 &&
        html`<div class="aside"><b>${plural(lostBreasts, 'breast')} lost</b>, all of whose images are without a picture</div>`
      }</li>
    </ol>
  </section>`
}

function aside(name: string, reasons: readonly ReasonCount[]): Html | false {
  if (reasons.length === 0) return false
  const shown = reasons.slice(0, 6)
  const rest = sumOf(reasons.slice(6))
  return html`<div class="aside"><b>${name}: ${plural(sumOf(reasons), 'image')}</b>${shown.map(
    ({ reason, images }) => html`<br>${images} ${reason}`,
  )}${rest > 0 && html`<br>${rest} for other reasons`}</div>`
}

function unitText({ patients, breasts, images, positives }: UnitCounts): string {
  return `${plural(patients, 'patient')}, ${plural(breasts, 'breast')} (${positives} with cancer), ${plural(images, 'image')}`
}

function sumOf(counts: readonly { readonly images: number }[]): number {
  return counts.reduce((sum, { images }) => sum + images, 0)
}
