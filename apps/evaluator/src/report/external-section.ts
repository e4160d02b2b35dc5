/** The same checkpoint and threshold on the cases of other places, and in what these differ. */
import { plural } from '@mammokit/command-line'
import { type Html, html } from '@mammokit/html-page'
import type { Figure } from '@mammokit/training-run/schema'
import { decimals, interval, sentence, setName } from './number-text.ts'
import type { ReportData } from './report-data.ts'

const figures = [
  ['ROC area', 'rocAuc'],
  ['Average precision', 'averagePrecision'],
  ['F1 at the threshold', 'pf1AtThreshold'],
  ['Sensitivity at the threshold', 'sensitivity'],
  ['Specificity at the threshold', 'specificity'],
  ['Sensitivity at 95 % specificity', 'sensitivityAtSpecificity95'],
  ['Positive predictive value', 'ppv'],
  ['Log loss', 'logLoss'],
  ['Brier score', 'brier'],
] as const

export function externalSection({ test, externalTests }: ReportData): Html | null {
  if (externalTests.length === 0) return null
  return html`<section>
    <h2>At other places</h2>
    <p class="faint">The same checkpoint and threshold on cases that the run has not seen. Figures that depend on the share of breasts with cancer can be compared only where that is the same: see the mix of cases.</p>
    ${externalTests.map((external) => placeTables(external, test))}
  </section>`
}

function placeTables(external: ReportData['test'], test: ReportData['test']): Html {
  const { name, against, caseMix } = external.external!
  const own = sentence(setName(test.subset))
  const cell = (figure: Figure) =>
    html`<td>${decimals(figure.value)} <span class="faint under">${interval(figure)}</span></td>`
  const share = (value: number) => `${decimals(100 * value, 1)} %`
  return html`<h3>${name}</h3>
    <p class="faint">${plural(external.images, 'mammogram')} of ${plural(external.breasts, 'breast')} of ${plural(external.patients, 'patient')}, ${external.positives} of the breasts with cancer; tested ${plural(external.history.test, 'time')}.</p>
    <table><thead><tr><th>Figure</th><th>${own}</th><th>${name}</th></tr></thead>
    <tbody>${figures.map(([label, key]) => html`<tr><th>${label}</th>${cell(test[key])}${cell(external[key])}</tr>`)}</tbody></table>
    <table><thead><tr><th>Share of the images</th><th>${sentence(setName(against))}</th><th>${name}</th></tr></thead>
    <tbody>${caseMix.map(
      (row) =>
        html`<tr><th>${row.column} ${row.value}</th><td>${share(row.internal)}</td><td>${share(row.external)}</td></tr>`,
    )}</tbody></table>`
}
