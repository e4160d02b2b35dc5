/** What an exported file says of itself, and on what it was tested. */
import { type Html, html } from '@mammokit/html-page'
import type { ModelDescription } from '@mammokit/mammogram-classifier'
import { setName } from './number-text.ts'
import type { TestedCases } from './tested-cases.ts'

export function fileSection({ test }: TestedCases, model: ModelDescription, data: string): Html {
  const { name, fileSha256, checkpoint, checkpointHash, image, preprocess, preprocessHash, decision } = model
  const { subset, site } = decision!
  const facts: [string, string][] = [
    ['File', `${name}, sha256 ${fileSha256!.slice(0, 16)}…`],
    ['Checkpoint', `${checkpoint}, sha256 ${checkpointHash}…`],
    ['Preprocessing', `hash ${preprocessHash}, the same for training and these images`],
    ['Images', `${image.height} x ${image.width} pixels`],
    ['Breast probability', `${test.aggregation} of its images`],
    [
      'Threshold and calibration',
      site === null ? `of the ${setName(subset)} set of the run` : `of the run, held against the cases of ${site}`,
    ],
    ['Cases', `all labeled images of ${data}, sha256 of their files ${test.splitsSha256.slice(0, 16)}…`],
    ['Predictions', `sha256 ${test.predictionsSha256.slice(0, 16)}…`],
    [
      'Intervals',
      `95 %, by patient; where resampled, ${test.bootstrap.resamples} times with seed ${test.bootstrap.seed}`,
    ],
    ['MammoKit', test.mammokit],
  ]
  return html`<section>
    <h2>What was tested</h2>
    <p class="faint">An exported file does not have the validation figures, the training or the test of its run: the report of the run shows these.</p>
    <dl>${facts.map(([key, value]) => html`<dt>${key}</dt><dd>${value}</dd>`)}</dl>
    <details><summary>The options of preprocessing</summary><pre tabindex="0">${JSON.stringify(preprocess, null, 2)}</pre></details>
  </section>`
}
