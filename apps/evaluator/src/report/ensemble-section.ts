import { plural } from '@mammokit/command-line'
import { type Html, html, scrollable } from '@mammokit/html-page'
import type { Combination } from '@mammokit/training-run/schema'
import { decimals, interval, sentence, setName } from './number-text.ts'
import type { ReportData } from './report-data.ts'

/** What the mean of several networks is taken of. */
export function whatIsAveraged(combine: Combination): string {
  return combine === 'logits' ? 'logits' : 'quantiles among their validation scores'
}

/** What several networks, or augmentation, are worth; null of one network on plain images. */
export function ensembleSection({ test }: ReportData): Html | null {
  const { ensemble } = test
  if (ensemble === undefined) return null
  const { combine, augmentations, members } = ensemble
  const pictures =
    augmentations.length > 0 && ` Each image is averaged with changed pictures of it (${augmentations.join(', ')}).`
  return html`<section>
    <h2>What combining is worth</h2>
    <p class="faint">The probability is that of the mean of the ${whatIsAveraged(combine)} of ${plural(members.length, 'network')}.${pictures} Each row is one of them alone, on the images as they are; an interval that holds 0 does not show that combining is better.</p>
    ${scrollable(
      'What combining is worth',
      html`<table><thead><tr><th>Network</th><th>Checkpoint</th><th>ROC area alone</th><th>95 % interval</th><th>Combined minus alone</th><th>95 % interval</th></tr></thead>
    <tbody>${members.map(
      ({ name, checkpoint, rocAuc, difference }) =>
        html`<tr><th>${name}</th><td>${checkpoint}</td><td>${decimals(rocAuc.value)}</td><td class="interval-cell">${interval(rocAuc)}</td><td>${decimals(difference.value)}</td><td class="interval-cell">${interval(difference)}</td></tr>`,
    )}
    <tr class="chosen"><th>combined</th><td>${test.checkpoint}</td><td>${decimals(test.rocAuc.value)}</td><td class="interval-cell">${interval(test.rocAuc)}</td><td></td><td></td></tr></tbody></table>`,
    )}
    <p class="note">${sentence(setName(test.subset))}; differences on the same resamples of patients.</p>
  </section>`
}
