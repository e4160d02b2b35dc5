/** What it takes to reproduce the figures: weights, preprocessing, versions, the whole configuration. */
import { type Html, html } from '@mammokit/html-page'
import { describeAdjustments } from '@mammokit/screening-data'
import type { ReportData } from './report-data.ts'

export function provenanceSection({ config, test, tests, methods, adjustments }: ReportData): Html {
  const { model, image } = config
  const versions =
    typeof config.versions === 'object' && config.versions !== null ? Object.entries(config.versions) : []
  const facts: [string, string][] = [
    ['Checkpoint', `${test.checkpoint}, sha256 ${test.checkpointHash}…`],
    ['Preprocessing', `hash ${test.preprocessHash}, the same for training, validation and test`],
    ['Images', `${image.height} x ${image.width} pixels, mean ${image.mean}, standard deviation ${image.std}`],
    ['Changed by hand', describeAdjustments(adjustments) ?? 'no image excluded, no label corrected'],
    ['Breast found by', [...methods].map(([method, count]) => `${method}: ${count}`).join(', ')],
    [
      'Network',
      `SE-ResNeXt, blocks ${model.layers.join('-')}, channels ${model.channels.join('-')}, ${model.cardinality} x ${model.baseWidth}d, ${model.stemType ?? 'plain'} stem of ${model.stemWidth}`,
    ],
    ['First weights', firstWeights(config)],
    ['Breast probability', `${test.aggregation} of its images`],
    ['Predictions', `sha256 ${test.predictionsSha256.slice(0, 16)}…, of the split ${test.splitsSha256.slice(0, 16)}…`],
    ['Tested', tests.map(({ at }) => at.slice(0, 16).replace('T', ' ')).join(', ')],
    [
      'Intervals',
      `95 %, by patient; where resampled, ${test.bootstrap.resamples} times with seed ${test.bootstrap.seed}`,
    ],
    ['MammoKit', `${test.mammokit}${config.mammokit ? `, trained with ${config.mammokit}` : ''}`],
    ...versions.map(([name, version]): [string, string] => [name, String(version)]),
  ]
  return html`<section>
    <h2>How it was made</h2>
    <dl>${facts.map(([name, value]) => html`<dt>${name}</dt><dd>${value}</dd>`)}</dl>
    <details><summary>The whole configuration</summary><pre tabindex="0">${JSON.stringify(config, null, 2)}</pre></details>
  </section>`
}

function firstWeights({ weights }: ReportData['config']): string {
  return weights === null ? 'random' : `${weights.origin ?? weights.path}, sha256 ${weights.sha256.slice(0, 16)}…`
}
