/** The numbers of a study, for reading exactly and for screen readers. */
import { type Html, html, scrollable } from '@mammokit/html-page'
import type { ImageResult, StudyResult } from '@mammokit/study-service/browser'
import { warningText } from './warning-text.ts'

const exact = (value: number | null | undefined): string => (value == null ? '–' : value.toFixed(4))
/** As the pictures hang. */
const rightFirst = <Row extends { readonly laterality: 'L' | 'R' | null }>(rows: readonly Row[]): Row[] =>
  [...rows].sort((a, b) => Number(b.laterality === 'R') - Number(a.laterality === 'R'))

const sideNames = { R: 'Right', L: 'Left' }

export function numberTable({ breasts, images }: StudyResult): Html | undefined {
  if (breasts.length === 0) return undefined
  const answered = images.filter(({ probability }) => probability !== null)
  return html`<details class="numbers" open><summary>Numbers</summary>
${scrollable(
  'Breasts',
  html`<table><caption>Breasts</caption><thead><tr><th scope="col">Breast</th><th scope="col">Probability</th><th scope="col">Of the network</th><th scope="col">Threshold</th><th scope="col" class="text">Call</th></tr></thead>
<tbody>${rightFirst(breasts).map(
    ({ laterality, probability, networkProbability, operatingPoint, call, abstention }) =>
      html`<tr><th scope="row">${sideNames[laterality]}</th><td>${exact(probability)}</td><td>${exact(networkProbability)}</td><td>${exact(operatingPoint?.probability)}</td><td class="text">${call?.replace('-', ' ') ?? abstention?.code ?? '–'}</td></tr>`,
  )}</tbody></table>`,
)}
${
  answered.length > 0 &&
  scrollable(
    'Images',
    html`<table><caption>Images, each on its own: the threshold is for breasts</caption><thead><tr><th scope="col">View</th><th scope="col">Of the network</th><th scope="col" class="text">Breast found by</th><th scope="col" class="text">File</th><th scope="col" class="text">Notes</th></tr></thead>
<tbody>${rightFirst(answered).map(imageRow)}</tbody></table>`,
  )
}</details>`
}

function imageRow({ laterality, view, probability, region, file, warnings }: ImageResult): Html {
  return html`<tr><th scope="row">${laterality} ${view}</th><td>${exact(probability)}</td><td class="text">${region?.method}</td><td class="text">${file}</td><td class="text">${warnings.map(warningText).join(', ') || '–'}</td></tr>`
}
