/** What the files of a run say to the items of reporting guidelines, in one sentence each. */
import { plural } from '@mammokit/command-line'
import { describeAdjustments } from '@mammokit/screening-data'
import { whatIsAveraged } from '../ensemble-section.ts'
import { decimals, interval } from '../number-text.ts'
import type { UnitCounts } from '../patient-flow.ts'
import type { ReportData } from '../report-data.ts'

type Answer = (data: ReportData) => string

const answers = {
  title: ({ test }) =>
    `A deep neural network, trained on labeled mammograms, that gives a probability of breast cancer for each ${test.aggregation === 'mean' ? 'breast' : `breast (${test.aggregation} of its images)`}.`,
  intendedUse: () => 'Research on screening mammography: nobody is to be diagnosed, recalled or reassured by it.',
  source: ({ config }) =>
    `The data folder ${[config.data.dir].flat().join(' and ')}, whose labels were there before the network was trained.`,
  eligibility: ({ flow }) =>
    `Images with a label, a side and a view that preprocessing admitted; ${plural(flow.seen, 'image')} were seen, and “Who was tested” has what was left out and why.`,
  preparation: ({ test, config }) =>
    `Presentation pixels, the breast cut out and the rest black, ${config.image.height} x ${config.image.width}, 16 bits; preprocessing hash ${test.preprocessHash}, the same for training, validation and test.`,
  changes: ({ adjustments }) =>
    describeAdjustments(adjustments) ?? 'No image was excluded and no label corrected by hand.',
  identity: () =>
    'Of patients the files of a run have the pseudonyms of the data set; extract-rois names images whose headers may still identify somebody.',
  missing: ({ flow }) =>
    `Images without a picture are left out: none is imputed. ${plural(flow.lostBreasts, 'tested breast')} had no picture at all.`,
  outcome: () =>
    'The column cancer of the data set, one label for a breast; what it was derived from is in the data set’s column cancer_source, where it has one.',
  sampleSize: ({ test }) =>
    `Every labeled case of the data set; no size was calculated. ${plural(test.positives, 'breast')} of ${test.breasts} tested had cancer; the intervals say how much that allows.`,
  partition: ({ flow: { subsets }, test, config, isOutOfFold }) => {
    const outside = isOutOfFold
      ? `folds ${unitText(subsets.val)} together, each validated by the network that the others trained`
      : `training ${unitText(subsets.train)}; validation ${unitText(subsets.val)}`
    const fold = isOutOfFold || (config.data.fold ?? null) === null ? '' : `, fold ${config.data.fold}`
    return `By patient, so that both breasts and all images of a patient are in one subset: ${outside}; test ${unitText(subsets.test)}. Split ${test.splitsSha256.slice(0, 16)}…${fold}`
  },
  model: ({ config: { model } }) =>
    `SE-ResNeXt, blocks ${model.layers.join('-')}, channels ${model.channels.join('-')}, ${model.cardinality} x ${model.baseWidth}d; one gray image in, one logit out. All of it is under “The whole configuration”.`,
  firstWeights: ({ config: { weights } }) =>
    weights === null ? 'Random.' : `${weights.origin ?? weights.path}, sha256 ${weights.sha256.slice(0, 16)}…`,
  training: ({ config: { training } }) =>
    `${text(training.epochs)} epochs of batches of ${text(training.batchSize)}, largest rate ${text(training.lr)}, schedule ${text(nested(training.schedule, 'name'))}, augmentation ${text(training.augmentation)}; all of it is under “The whole configuration”.`,
  imbalance: ({ config: { training } }) =>
    `Focal loss, gamma ${text(nested(training.loss, 'gamma'))}; sampling ${JSON.stringify(training.sampling ?? 'as it comes')}. Probabilities are calibrated afterwards, on the validation set.`,
  selection: ({ selection }) =>
    `${selection.checkpoint} of ${plural(selection.checkpoints.length, 'checkpoint')} and the threshold ${decimals(selection.threshold, 4)} by rule ${selection.thresholdRule.rule}, on ${selection.breasts} breasts of the ${selection.subset} subset, ${selection.positives} with cancer.`,
  ensemble: ({ combine, augmentations, isOutOfFold, test }) => {
    if (combine === null) return 'One checkpoint; no ensemble.'
    if (test.ensemble === undefined) return 'None: each image is scored by the network of the fold that did not see it.'
    const pictures =
      augmentations.length > 0 ? `, each image averaged with changed pictures of it (${augmentations.join(', ')})` : ''
    return `The mean of the ${whatIsAveraged(combine)} of ${plural(test.ensemble.members.length, isOutOfFold ? 'fold' : 'network')}${pictures}; “What combining is worth” has each of them alone.`
  },
  measures: () =>
    'Ranking (ROC area, average precision), calls (F1, sensitivity, specificity, predictive values), probabilities (log loss, Brier score, calibration slope and intercept) and net benefit, by image, breast and patient.',
  intervals: ({ test }) =>
    `95 % intervals that take the breasts of a patient as dependent; where resampled, ${test.bootstrap.resamples} times by patient. They are under each figure.`,
  output: ({ test }) =>
    `A probability for each breast, and a call where it is at or above ${decimals(test.threshold, 4)} before calibration (${test.calibration.method}).`,
  fairness: ({ test }) =>
    test.subgroups.length === 0
      ? 'The data set has no column that subgroups could be made of: for whom the figures hold is not known.'
      : `Figures by ${[...new Set(test.subgroups.map(({ column }) => column))].join(', ')} are under “For whom it holds”; for whom the data set has no column, nothing is known.`,
  differences: ({ flow, isOutOfFold }) =>
    `Training and test cases are of the same data set: ${share(isOutOfFold ? flow.subsets.val : flow.subsets.train)} and ${share(flow.subsets.test)} of the breasts with cancer.`,
  flow: ({ flow, test }) =>
    `“Who was tested” has it: ${plural(flow.seen, 'image')} seen, ${plural(test.patients, 'patient')} with ${plural(test.breasts, 'breast')} tested.`,
  numbers: ({ flow: { subsets }, isOutOfFold }) =>
    isOutOfFold
      ? `Trained and chosen on ${unitText(subsets.val)}, each network on all folds but its own.`
      : `Trained on ${unitText(subsets.train)}; chosen on ${unitText(subsets.val)}.`,
  specification: ({ test, combine }) =>
    `${combine !== null ? `Weights of several networks, ${test.checkpointHash}… over the hashes of all` : `Weights of ${test.checkpoint}, sha256 ${test.checkpointHash}…`}; mammokit-evaluator export writes them with preprocessing, threshold and calibration as one file.`,
  performance: ({ test }) =>
    `ROC area ${decimals(test.rocAuc.value)} (${interval(test.rocAuc)}), F1 ${decimals(test.pf1AtThreshold.value)} (${interval(test.pf1AtThreshold)}); all others above.`,
  baselines: ({ test }) =>
    `Beside calling every breast (F1 ${decimals(test.baselines.callAllF1)})${test.baselines.metadata ? `, and a model of ${test.baselines.metadata.columns.join(', ')} alone (ROC area ${decimals(test.baselines.metadata.rocAuc.value)})` : ''}.`,
  failures: ({ test }) =>
    `${plural(test.confusion.falseNegatives, 'cancer')} missed and ${plural(test.confusion.falsePositives, 'false alarm')}; the images of the missed ones are above.`,
  external: ({ externalTests }) =>
    externalTests.length === 0
      ? 'None: this report is of cases of the same data set. mammokit-evaluator test --external tests on another place’s.'
      : `Tested at other places, ROC area ${externalTests.map(({ external, rocAuc }) => `${decimals(rocAuc.value)} (${interval(rocAuc) || 'no interval'}) at ${external?.name}`).join('; ')}; see “At other places”.`,
  explanations: ({ maps, withoutMaps }) =>
    maps === null
      ? `None of these weights. ${withoutMaps}`
      : `Heatmaps by ${maps.source.method} of stage ${maps.source.stage}, beside the images above.`,
  updating: ({ test }) =>
    `Calibration by ${test.calibration.method} on the cases that chose the checkpoint; none on the tested ones.`,
  uses: ({ tests }) =>
    `The tested subset was used ${plural(tests.length, 'time')}; every use is a line of test-history.jsonl.`,
  badInput: () =>
    'Files that are no mammogram, cannot be read or are not for presentation are refused with a reason, and are not part of the figures.',
  software: ({ test, config }) =>
    `MammoKit ${test.mammokit}, ${Object.entries(config.versions)
      .map(([name, version]) => `${name} ${version}`)
      .join(', ')}; open source, MIT.`,
  limits: () =>
    'No reader beside the network, and no follow-up beyond the labels. An interval tells of chance, not of other places, machines or years.',
} satisfies Record<string, Answer>

export type Topic = keyof typeof answers

/** One item of a guideline: what it asks, and which topic of a run answers it; without one it is for people to write. */
export interface ChecklistItem {
  readonly item: string
  readonly asks: string
  readonly topic?: Topic
}

export function answerOf(topic: Topic, data: ReportData): string {
  return answers[topic](data)
}

function unitText({ patients, breasts, positives }: UnitCounts): string {
  return `${plural(patients, 'patient')}, ${plural(breasts, 'breast')} (${positives} with cancer)`
}

function share({ breasts, positives }: UnitCounts): string {
  return breasts === 0 ? '–' : `${((100 * positives) / breasts).toFixed(1)} %`
}

function nested(value: unknown, key: string): unknown {
  return (value as Readonly<Record<string, unknown>> | null | undefined)?.[key]
}

function text(value: unknown): string {
  if (value === undefined || value === null) return 'not recorded'
  return typeof value === 'string' || typeof value === 'number' ? String(value) : JSON.stringify(value)
}
