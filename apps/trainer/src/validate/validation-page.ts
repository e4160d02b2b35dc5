/** validation.html: the counts and findings of a data set on one page that needs nothing else. */
import { plural } from '@mammokit/command-line'
import { type Html, html, htmlPage } from '@mammokit/html-page'
import { type ColumnCounts, describeAdjustments, type Finding, type Validation } from '@mammokit/screening-data'

/** Items of a finding on the page; validation.json has all. */
const shownItems = 50

/** The page as text. @param data the data folder, as the user named it */
export function validationPage(validation: Validation, data: string): string {
  const body = html`${header(validation, data)}
${findingSection(validation.findings)}
${validation.counts.map(countSection)}`
  return htmlPage({ title: `Data set ${data}`, body, style })
}

function header(validation: Validation, data: string): Html {
  const { images, breasts, patients, cancers, set, isOfContents, findings } = validation
  const adjusted = describeAdjustments(validation.adjustments)
  const number = (severity: Finding['severity']) => findings.filter((finding) => finding.severity === severity).length
  const read = isOfContents
    ? 'Tables and files were read.'
    : 'Tables were read; validate --contents reads the files too.'
  const cards: [string, number][] = [
    ['Images', images],
    ['Breasts', breasts],
    ['Patients', patients],
    ['Breasts with cancer', cancers],
  ]
  const verdict =
    findings.length === 0
      ? html`Nothing is wrong.`
      : html`<b>${plural(number('error'), 'error')}</b>, ${plural(number('warning'), 'warning')}, ${plural(number('note'), 'note')}.`
  return html`<header>
    <h1>Data set ${data}</h1>
    <p class="faint">Read as ${set}. ${read} ${adjusted && `${adjusted}.`}</p>
    <p class="verdict">${verdict}</p>
  </header>
  <div class="cards">${cards.map(
    ([name, count]) =>
      html`<div class="card"><div class="name">${name}</div><div class="value">${count.toLocaleString('en')}</div></div>`,
  )}</div>`
}

function findingSection(findings: readonly Finding[]): Html | null {
  if (findings.length === 0) return null
  return html`<section>
    <h2>What was found</h2>
    <ul class="findings">${findings.map(
      ({ severity, message, advice, items }) => html`<li>
      <h3><span class="${severity}">${severity}</span> ${message}</h3>
      <p>${advice}</p>
      ${itemList(items)}
    </li>`,
    )}</ul>
  </section>`
}

function itemList(items: readonly string[]): Html | null {
  if (items.length === 0) return null
  const rest = items.length - shownItems
  return html`<details><summary>${items.length > 1 ? `All ${items.length.toLocaleString('en')}` : 'Which'}</summary>
      <ul class="items">${items.slice(0, shownItems).map((item) => html`<li>${item}</li>`)}</ul>
      ${rest > 0 && html`<p class="note">And ${rest.toLocaleString('en')} more in validation.json.</p>`}</details>`
}

function countSection({ column, groups }: ColumnCounts): Html {
  return html`<section>
    <h2>By ${column}</h2>
    <table><thead><tr><th scope="col">${column}</th><th scope="col">Images</th><th scope="col">Breasts</th><th scope="col">Patients</th><th scope="col">With cancer</th><th scope="col">Share</th></tr></thead>
    <tbody>${groups.map(
      ({ value, images, breasts, patients, cancers }) =>
        html`<tr><th scope="row">${value}</th>${[images, breasts, patients, cancers].map((count) => html`<td>${count.toLocaleString('en')}</td>`)}<td>${breasts === 0 ? '–' : `${((100 * cancers) / breasts).toFixed(1)} %`}</td></tr>`,
    )}</tbody></table>
  </section>`
}

const style = `
h1 { overflow-wrap: anywhere; }
.findings, .items { list-style: none; margin: 14px 0 0; padding: 0; }
.findings > li { border-top: 1px solid var(--line); padding: 14px 0 16px; }
.findings h3 { font-size: 16px; } .findings p { margin: 2px 0 0; color: var(--faint); }
.findings h3 span { border: 1px solid currentColor; border-radius: 3px; font-size: 12px; font-weight: 600; margin-right: 8px; padding: 1px 6px; }
.findings details { margin-top: 8px; }
.items li { font-size: 13.5px; padding: 2px 0; overflow-wrap: anywhere; }
.error { color: var(--cancer); } .warning { color: var(--accent); } .note { color: var(--faint); }
section + section { margin-top: 36px; }
`
