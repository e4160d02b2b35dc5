import { plural } from '@mammokit/command-line'
import { type Html, html, scrollable } from '@mammokit/html-page'
import type { Figure } from '@mammokit/training-run/schema'
import { decimals, interval, sentence, setName } from './number-text.ts'
import type { TestedCases } from './tested-cases.ts'

/** What the network is held against. */
export function baselineSection({ test }: TestedCases): Html {
  const { callAllF1, age, metadata, within } = test.baselines
  const rows: [string, Figure][] = [
    ['ROC area of the network', test.rocAuc],
    ...within.map(({ column, rocAuc, pairs, strata }): [string, Figure] => [
      `the same within one ${column === 'age' ? 'decade of age' : column} (${plural(strata, 'group')}, ${pairs.toLocaleString('en')} pairs)`,
      { value: rocAuc, low: null, high: null },
    ]),
    ['ROC area of age alone', age],
    ...(metadata
      ? ([
          [`ROC area of ${metadata.columns.join(', ')}, by a model fitted on the training images`, metadata.rocAuc],
          ['the network minus that model', metadata.difference],
        ] satisfies [string, Figure][])
      : []),
    ['F1 of the network at the threshold', test.pf1AtThreshold],
    ['F1 of calling every breast suspicious', { value: callAllF1, low: null, high: null }],
  ]
  return html`<section>
    <h2>Held against</h2>
    <p class="faint">What can be had without looking at the image. A network that is not above it has learned who is examined where, and not what a cancer looks like.</p>
    ${scrollable(
      'Held against',
      html`<table><thead><tr><th>Figure</th><th>${sentence(setName(test.subset))}</th><th>95 % interval</th></tr></thead>
    <tbody>${rows.map(
      ([name, figure]) =>
        html`<tr><th>${name}</th><td>${decimals(figure.value)}</td><td class="interval-cell">${interval(figure)}</td></tr>`,
    )}</tbody></table>`,
    )}
  </section>`
}
