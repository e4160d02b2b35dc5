/** The answer for each breast, the right one on the left as its pictures are. */
import { type Html, html } from '@mammokit/html-page'
import type { BreastResult, StudyResult } from '@mammokit/study-service/browser'
import { percentText } from './number-text.ts'
import { warningText } from './warning-text.ts'

export function breastCards({ breasts }: StudyResult): Html | undefined {
  if (breasts.length === 0) return undefined
  const of = (side: 'L' | 'R') => breasts.find(({ laterality }) => laterality === side)
  return html`<div class="cards breasts">${card('Right breast', of('R'))}${card('Left breast', of('L'))}</div>`
}

function card(name: string, breast: BreastResult | undefined): Html {
  if (!breast) {
    return html`<div class="card"><h3 class="name">${name}</h3><p class="value none">No image</p></div>`
  }
  const { probability, abstention, views, warnings } = breast
  const from = views.length > 0 ? `From ${views.join(' and ')}. ` : ''
  const notes = warnings.map(warningText).join(', ')
  const under = from + (notes ? `${notes[0]!.toUpperCase()}${notes.slice(1)}.` : '')
  const isCalled = breast.call === 'suspicious'
  return html`<div class="card${isCalled && ' called'}"><h3 class="name">${name}</h3>${
    probability === null
      ? html`<p class="value none">No answer</p><p>${abstention?.reason}</p>`
      : answer(breast, probability)
  }<p class="note">${under}</p></div>`
}

function answer({ operatingPoint, call, isCalibrated }: BreastResult, probability: number): Html {
  const what = isCalibrated ? 'calibrated probability of cancer' : 'probability of cancer, not calibrated'
  const threshold = operatingPoint?.probability
  const place = (share: number) => `${(100 * share).toFixed(2)}%`
  return html`<p class="value">${percentText(probability)}</p><p class="what">${what}</p>
<svg class="scale" viewBox="0 0 100 10" preserveAspectRatio="none" aria-hidden="true"><rect class="all" y="4" width="100" height="2"></rect><rect class="part" y="4" width="${place(probability).slice(0, -1)}" height="2"></rect>${
    threshold !== undefined &&
    html`<rect class="tick" x="${Math.min(99.4, 100 * threshold).toFixed(2)}" width="0.6" height="10"></rect>`
  }</svg>
${
  threshold === undefined
    ? html`<p class="call">No threshold was selected for this model.</p>`
    : html`<p class="call"><b>${call === 'suspicious' ? 'Suspicious' : 'Not suspicious'}</b>: ${
        call === 'suspicious' ? 'at or above' : 'below'
      } the threshold of ${percentText(threshold)}</p>`
}`
}
