import { plural } from '@mammokit/command-line'
import { exportedMap } from '@mammokit/mammogram-classifier'
import type { Selection, SiteCalibration, TestResult } from '@mammokit/training-run'
import type { Figure } from '@mammokit/training-run/schema'
import { whatIsAveraged } from '../report/ensemble-section.ts'
import type { ExportCheck } from './compare-export.ts'
import { type ExportedRun, intendedUse, mapMeaning } from './metadata.ts'

export interface ModelCardInput extends ExportedRun {
  /** Whose cases these two were held against; null: those of the selection. */
  readonly site: SiteCalibration | null
  readonly test: TestResult | null
  readonly precision: string
  /** Name of the ONNX file. */
  readonly fileName: string
  readonly check: ExportCheck
}

/** Markdown: what the file is, how to use it, how good it is, and for whom nothing is known. */
export function modelCard(input: ModelCardInput): string {
  const { config, selection, site, test, check } = input
  const { height, width } = config.image
  const { threshold, aggregation, calibration, subset } = selection
  const area = check.rocAuc
    ? ` ROC area of these images: ${check.rocAuc.run.toFixed(4)} by the run, ${check.rocAuc.file.toFixed(4)} by the file.`
    : ''
  return `# Model card

${intendedUse}

## The file

- ${networksText(input)}
- Input \`images\`: float32 [N, ${height}, ${width}, 1], gray values of 16 bits divided by 65,535, made by the preprocessing \`${config.preprocessHash}\`, whose options are in the file's metadata. Images that were made in another way give other probabilities.
- Outputs \`logit\` and \`probability\`: float32 [N, 1], of one image.
- ${mapText(input)}
- A breast has the ${aggregation} of its images' probabilities. It is called suspicious at or above ${threshold.toFixed(4)}.
- ${calibrationText(calibration)}
${site ? siteText(site) : ''}- Compared with the training engine on ${check.images} images of the ${subset} set: probabilities differ by at most ${check.largestDifference.toExponential(1)}${check.largestMapDifference === null ? '' : `, activation maps by at most ${check.largestMapDifference.toExponential(1)} of an image's largest value`}.${area}

## Trained on

Images of the split \`${selection.splitsSha256}\`. Its data set's license and its patients are those of whoever trained it.

## How good it is

${site ? `At the threshold of the run, ${site.before.threshold.toFixed(4)}. ` : ''}${test ? figures(test, input.precision) : `Not tested. On the ${subset} set, by which it was chosen, F1 is ${text(selection.pf1AtThreshold)} and the ROC area ${text(selection.rocAuc)}: both are optimistic.`}

## For whom nothing is known

Machines, sites, ages and kinds of images that are not in that data set; men; breasts after surgery or with implants, where the set has none; images for processing, synthesized 2-D images and tomosynthesis. Test it on your own cases before you believe a probability.
`
}

function siteText({ site, breasts, patients, positives, before, after }: SiteCalibration): string {
  const { sensitivity, recallRate } = after ?? before
  return `- Calibration and threshold were held against ${breasts} breasts of ${patients} patients of ${site}, ${positives} with cancer: there the sensitivity is ${text(sensitivity)}, and ${text(recallRate)} of the breasts are called.\n`
}

function figures(test: TestResult, precision: string): string {
  const rows: [string, Figure][] = [
    ['ROC area', test.rocAuc],
    ['average precision', test.averagePrecision],
    ['F1 at the threshold', test.pf1AtThreshold],
    ['sensitivity at the threshold', test.sensitivity],
    ['specificity at the threshold', test.specificity],
    test.calibrated ? ['log loss, calibrated', test.calibrated.logLoss] : ['log loss', test.logLoss],
  ]
  return `${precision === 'float32' ? '' : `Of the run, whose weights are float32, not of this file in ${precision}. `}On ${test.breasts} breasts of ${test.patients} patients of the ${test.subset} set, ${test.positives} with cancer, with 95 % intervals over patients:

| figure | value |
| --- | --- |
${rows.map(([name, figure]) => `| ${name} | ${text(figure)} |`).join('\n')}`
}

function networksText({
  config,
  combine,
  augmentations,
  members,
  selection,
  precision,
  fileName,
}: ModelCardInput): string {
  const weights = `weights \`${selection.checkpointHash}\`, ${precision}`
  const blocks = ({ model }: typeof config) => `${model.layers.join('-')} blocks`
  if (combine === null)
    return `\`${fileName}\`: ${selection.checkpoint} of a MammoKit run, ${weights}, ${blocks(config)}.`
  const pictures =
    augmentations.length > 0
      ? ` Each image is averaged with changed pictures of it (${augmentations.join(', ')}), inside the file.`
      : ''
  const list = members.map(
    (member) =>
      `  - ${member.name}: ${member.checkpoint}, weights \`${member.checkpointHash}\`, ${blocks(member.config)}`,
  )
  return `\`${fileName}\`: the mean of the ${whatIsAveraged(combine)} of ${plural(members.length, 'network')}, ${weights}.${pictures}\n${list.join('\n')}`
}

function mapText(exported: ExportedRun): string {
  const map = exportedMap(...exported.members.map(({ config }) => config))
  if (map === null)
    return exported.members.length > 1
      ? 'No activation map: the networks have none of one size.'
      : 'No activation map: after this pooling a forward pass gives none.'
  return `Output \`activation_map\`: float32 [N, ${map.height}, ${map.width}], evidence for cancer by cell, positive for it; ${mapMeaning(exported)}. Cell (row, column) is centered on pixel (${map.offset} + ${map.stride} column, ${map.offset} + ${map.stride} row). It says where the logit comes from, not that there is a lesion.`
}

function calibrationText(calibration: Selection['calibration']): string {
  if (calibration.method === 'none') return 'No calibration improved the probabilities; they are as they are.'
  if (calibration.method === 'isotonic')
    return "The calibration of a breast's probability, a curve of steps, is in the file's metadata."
  const { slope, intercept } = calibration
  return `A breast's calibrated probability is sigmoid(${slope.toFixed(4)} x + ${intercept.toFixed(4)}), where x are the log-odds of its probability.`
}

function text({ value, low, high }: Figure): string {
  if (value === null) return 'undefined'
  return low === null || high === null
    ? value.toFixed(3)
    : `${value.toFixed(3)} (${low.toFixed(3)} to ${high.toFixed(3)})`
}
