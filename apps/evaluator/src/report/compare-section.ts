/** `report --compare RUN`: the run beside others, by their training curves and figures. */
import { existsSync } from 'node:fs'
import { type Html, html, scrollable } from '@mammokit/html-page'
import {
  foldRun,
  listFolds,
  type MetricsLine,
  readMetrics,
  readRunConfig,
  readSelection,
  readTestResult,
  runPaths,
  type Selection,
  type TestResult,
} from '@mammokit/training-run'
import type { Figure } from '@mammokit/training-run/schema'
import { isSameSelection } from '../test/tested-once.ts'
import { figure } from './figure.ts'
import { decimals, interval } from './number-text.ts'
import { runsPlot } from './plots/step-plots.ts'
import type { ReportData } from './report-data.ts'

export interface ComparedRun {
  readonly name: string
  readonly metrics: readonly MetricsLine[]
  readonly splitsSha256: string
  /** Null where there is none. */
  readonly selection: Selection | null
  /** Null where this selection was not tested. */
  readonly test: TestResult | null
}

/** @throws FileError, TrainingRunError for a folder that is no run */
export async function readComparedRun(run: string): Promise<ComparedRun> {
  const [fold] = await listFolds(run)
  const { data } = await readRunConfig(fold === undefined ? run : foldRun(run, fold))
  const selection = existsSync(runPaths(run).selection) ? await readSelection(run) : null
  const test = existsSync(runPaths(run).test()) ? await readTestResult(run) : null
  return {
    name: runPaths(run).name,
    // Several networks were trained elsewhere.
    metrics: existsSync(runPaths(run).metrics) ? await readMetrics(run) : [],
    splitsSha256: data.splitsSha256,
    selection,
    test: test && selection && isSameSelection(test, selection) ? test : null,
  }
}

export async function compareSection(data: ReportData, others: readonly ComparedRun[]): Promise<Html | null> {
  if (others.length === 0) return null
  const { name, metrics, selection, test, config } = data
  const own: ComparedRun = { name, metrics, selection, test, splitsSha256: config.data.splitsSha256 }
  const runs = withOwnNames([own, ...others])
  const foreign = runs.filter(({ splitsSha256 }) => splitsSha256 !== own.splitsSha256).map((run) => run.name)
  const plots: [string, string, string][] = [
    ['Validation loss of the runs', 'After every epoch.', 'loss'],
    ['Validation ROC area of the runs', 'Per breast, after every epoch.', 'rocAuc'],
  ]
  const figures: Html[] = []
  for (const [title, caption, key] of plots) {
    const plot = runsPlot(runs, key, title)
    if (plot) figures.push(await figure(title, caption, plot, data.drawing))
  }
  const cell = (value: Figure | undefined) =>
    html`<td>${decimals(value?.value)} <span class="faint under">${value ? interval(value) : ''}</span></td>`
  return html`<section>
    <h2>Beside other runs</h2>
    <p class="faint">Validation figures are of the checkpoint that each run chose by them, and optimistic. Figures whose intervals overlap widely do not tell runs apart.${
      foreign.length > 0 &&
      ` Trained and validated on another split, so that its figures are of other images: ${foreign.join(', ')}.`
    }</p>
    ${scrollable(
      'Figures of the runs',
      html`<table><thead><tr><th>Run</th><th>Checkpoint</th><th>Validation F1</th><th>Validation ROC area</th><th>Test F1</th><th>Test ROC area</th></tr></thead>
    <tbody>${runs.map(
      (run, i) =>
        html`<tr${i === 0 ? html` class="chosen"` : ''}><th>${run.name}</th><td>${run.selection?.checkpoint ?? '–'}</td>${cell(run.selection?.pf1AtThreshold)}${cell(run.selection?.rocAuc)}${cell(run.test?.pf1AtThreshold)}${cell(run.test?.rocAuc)}</tr>`,
    )}</tbody></table>`,
    )}
    <div class="two">${figures}</div>
  </section>`
}

/** Two runs may have one folder name. */
function withOwnNames(runs: readonly ComparedRun[]): ComparedRun[] {
  return runs.map((run, i) => {
    const earlier = runs.slice(0, i).filter(({ name }) => name === run.name).length
    return earlier === 0 ? run : { ...run, name: `${run.name} (${earlier + 1})` }
  })
}
