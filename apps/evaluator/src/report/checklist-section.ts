/** The items of two reporting guidelines, answered by the run where it can. */
import { type Html, html, scrollable } from '@mammokit/html-page'
import { claim } from './checklists/claim.ts'
import { answerOf, type ChecklistItem } from './checklists/run-answers.ts'
import { tripodAi } from './checklists/tripod-ai.ts'
import type { ReportData } from './report-data.ts'

export function checklistSection(data: ReportData): Html {
  return html`<section>
    <h2>Reporting guidelines</h2>
    <p class="faint">What the files of the run say to each item; the others are for the authors of a publication.</p>
    ${checklist('TRIPOD+AI, prediction models', tripodAi, data)}
    ${checklist('CLAIM 2024, artificial intelligence in medical imaging', claim, data)}
  </section>`
}

function checklist(name: string, items: readonly ChecklistItem[], data: ReportData): Html {
  const answered = items.filter(({ topic }) => topic !== undefined).length
  return html`<details><summary>${name}: ${answered} of ${items.length} items</summary>
    ${scrollable(
      name,
      html`<table class="checklist">
      <thead><tr><th scope="col">Item</th><th scope="col">Asks for</th><th scope="col">The run says</th></tr></thead>
      <tbody>${items.map(
        ({ item, asks, topic }) =>
          html`<tr><th scope="row">${item}</th><td>${asks}</td><td>${
            topic === undefined ? html`<span class="faint">for the authors</span>` : answerOf(topic, data)
          }</td></tr>`,
      )}</tbody>
    </table>`,
    )}
  </details>`
}
