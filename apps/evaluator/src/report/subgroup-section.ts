/** Whether the figures hold for every site, machine, view, density, age, and whatever else tells images apart. */
import { plural } from '@mammokit/command-line'
import { type Html, html, scrollable } from '@mammokit/html-page'
import { subgroupNotes } from '../test/subgroup-notes.ts'
import { decimals, interval } from './number-text.ts'
import type { TestedCases } from './tested-cases.ts'

export function subgroupSection({ test }: TestedCases): Html | null {
  if (test.subgroups.length === 0) return null
  const notes = subgroupNotes(test)
  const columns = [...new Set(test.subgroups.map(({ column }) => column))]
  const body = columns.flatMap((column) => [
    html`<tr class="group"><th colspan="7">${column[0].toUpperCase() + column.slice(1)}</th></tr>`,
    ...test.subgroups
      .filter((group) => group.column === column)
      .map(
        ({ value, breasts, positives, rocAuc, pf1AtThreshold, sensitivity, specificity }) =>
          html`<tr><td>${value}</td><td>${breasts}</td><td>${positives}</td><td>${decimals(rocAuc.value)}</td><td class="interval-cell">${interval(rocAuc)}</td><td>${decimals(pf1AtThreshold.value)}</td><td>${decimals(sensitivity.value)} / ${decimals(specificity.value)}</td></tr>`,
      ),
  ])
  return html`<section>
    <h2>For whom it holds</h2>
    ${notes.map((note) => html`<p><b>${note}</b></p>`)}
    <p class="faint">The same figures for parts of the test set; groups with fewer than ten cancers have no interval. ${callOutText(test.subgroupTests.length, notes.length)}</p>
    ${scrollable('Figures of subgroups', html`<table><thead><tr><th>Group</th><th>Breasts</th><th>Cancers</th><th>ROC area</th><th>95 % interval</th><th>F1</th><th>Sensitivity / specificity</th></tr></thead><tbody>${body}</tbody></table>`)}
  </section>`
}

function callOutText(tests: number, found: number): string {
  if (tests === 0) return 'No attribute has two known groups that could be compared.'
  const what = `Each of ${plural(tests, 'attribute')} was tested once, by permuting its values among patients, and adjusted for their number`
  return found > 0 ? `${what}.` : `${what}: no difference in sensitivity or specificity is beyond chance.`
}
