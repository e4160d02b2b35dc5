import { plural } from '@mammokit/command-line'
import { type Html, html, scrollable } from '@mammokit/html-page'
import type { Figure } from '@mammokit/training-run/schema'
import { decimals, interval } from './number-text.ts'
import type { TestedCases } from './tested-cases.ts'

/** The same calls by image, breast and patient. */
export function levelSection({ test }: TestedCases): Html {
  const { image, patient } = test.levels
  const columns = [image, { ...test, units: test.breasts }, patient]
  const names = [
    ['ROC area', 'rocAuc'],
    ['Average precision', 'averagePrecision'],
    ['F1 at the threshold', 'pf1AtThreshold'],
    ['Probabilistic F1', 'pf1'],
    ['Sensitivity', 'sensitivity'],
    ['Specificity', 'specificity'],
    ['Positive predictive value', 'ppv'],
    ['Negative predictive value', 'npv'],
  ] as const
  const cell = (figure: Figure) =>
    html`<td>${decimals(figure.value)} <span class="faint under">${interval(figure)}</span></td>`
  const perThousand = ({ value, low, high }: Figure) => {
    const scaled = (share: number | null) => (share === null ? null : 1000 * share)
    const bounds = low === null || high === null ? '' : ` (${decimals(scaled(low), 1)} to ${decimals(scaled(high), 1)})`
    return `${decimals(scaled(value), 1)}${bounds}`
  }
  return html`<section>
    <h2>By image, breast and patient</h2>
    <p class="faint">At the threshold that was chosen for breasts. A patient has the probability of the more suspicious breast.
    Of 1,000 patients of this set ${perThousand(patient.recallRate)} are called, and ${perThousand(patient.detectionRate)} called on a breast that has cancer${
      patient.wrongBreastOnly > 0 &&
      `; ${plural(patient.wrongBreastOnly, 'patient')} with cancer ${patient.wrongBreastOnly === 1 ? 'is' : 'are'} called by the healthy breast alone`
    }.</p>
    ${scrollable(
      'Figures by image, breast and patient',
      html`<table><thead><tr><th>Figure</th><th>${plural(image.units, 'image')}</th><th>${plural(test.breasts, 'breast')}</th><th>${plural(patient.units, 'patient')}</th></tr></thead>
    <tbody>${names.map(([name, key]) => html`<tr><th>${name}</th>${columns.map((figures) => cell(figures[key]))}</tr>`)}</tbody></table>`,
    )}
  </section>`
}
