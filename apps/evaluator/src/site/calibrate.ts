/** `calibrate`: calibration and, on request, threshold of a run or an exported file held against a site's own cases, and what has drifted there. */
import { basename, join, resolve } from 'node:path'
import { writeFileAtomic } from '@mammokit/atomic-files'
import {
  type CommandContext,
  CommandLineError,
  formatTable,
  parseConfig,
  plural,
  silentContext,
} from '@mammokit/command-line'
import { classifyBreasts, logOdds, sigmoid } from '@mammokit/mammogram-classifier'
import { assertImagesPresent } from '@mammokit/mammogram-dataset'
import {
  type BreastPrediction,
  type Calibration,
  chosenThreshold,
  figureOf,
  figuresOf,
  probabilitiesOf,
  statisticsAt,
  targetsOf,
  updateCalibration,
} from '@mammokit/pf1-metric'
import { dataPaths } from '@mammokit/screening-data'
import {
  type Aggregation,
  type Figure,
  hashSources,
  readVerifiedPredictions,
  runPaths,
  type SiteCalibration,
  writeSiteCalibration,
} from '@mammokit/training-run'
import type { z } from 'zod'
import { calibrationFigures } from '../calibration-figures.ts'
import { type CalibrateConfig, calibrateSchema } from '../config.ts'
import { openEvaluated } from '../predict/evaluated-run.ts'
import { expectedTogether } from '../predict/network-predictions.ts'
import { readSite } from '../predict/read-site.ts'
import { resamplingStage } from '../resampling-stage.ts'
import { thresholdRuleOf } from '../select/threshold-rule.ts'
import { packageVersion } from '../version.ts'
import { type Cases, driftOf } from './drift.ts'
import { driftPage } from './drift-page.ts'
import { openSiteModel, type SiteModel } from './site-model.ts'

export interface CalibrateResult {
  readonly path: string
  /** null of an exported file. */
  readonly page: string | null
  readonly calibration: SiteCalibration
}

/** Writes sites/<name>/calibration-001.json, or the next number, and drift.html beside it; selection.json, or the file, stays as it is. */
export async function calibrate(
  input: CalibrateConfig,
  context: CommandContext = silentContext,
): Promise<CalibrateResult> {
  const { progress, signal } = context
  const config = parseConfig(calibrateSchema, input)
  const model = await openSiteModel(config)
  try {
    const { rows, notes } = await readSite({ ...config, data: model.run && config.data }, model)
    for (const note of notes) progress.line(note)
    await assertImagesPresent(rows)
    progress.start('calibrate', rows.length, { unit: 'images' })
    const logits = await model.logits(rows, (done) => progress.update(done), signal)
    progress.stop()
    const images = rows.map(({ imageId, patientId, laterality, view, cancer }, i) => ({
      imageId,
      patientId,
      laterality,
      view,
      target: cancer,
      probability: sigmoid(logits[i]!),
    }))
    const site = config.name ?? basename(resolve(config.site))
    const { decision, checkpointHash, preprocessHash, selectionSha256, modelSha256, folder } = model
    const { path, calibration } = await writeSiteCalibration(folder, {
      site,
      checkpoint: decision.checkpoint,
      checkpointHash,
      preprocessHash,
      images: images.length,
      ...(await updateOf(images, decision, config, context)),
      selectionSha256,
      modelSha256,
      dataSha256: hashSources(rows),
      mammokit: packageVersion(),
    })
    report(calibration, progress.line)
    const page = await writeDrift(model, config, { name: site, rows, predictions: images }, calibration)
    progress.line(`Wrote ${path}${page === null ? '' : ` and ${page}`}`)
    return { path, page, calibration }
  } finally {
    progress.stop()
    await model.dispose()
  }
}

/** Beside what chose the checkpoint; null of an exported file, which does not have it. */
async function writeDrift(
  { run, decision: { subset, aggregation }, folder }: SiteModel,
  { data, site }: z.output<typeof calibrateSchema>,
  cases: Omit<Cases, 'manifests'>,
  calibration: SiteCalibration,
): Promise<string | null> {
  if (run === null) return null
  const evaluated = await openEvaluated(folder, data)
  const predictions = await readVerifiedPredictions(await expectedTogether(evaluated, subset, run.epoch))
  const validation = {
    name: subset,
    rows: evaluated.subsets.read({ subset }).rows,
    predictions: predictions.images,
    manifests: [data].flat().map((each) => dataPaths(each).manifest),
  }
  const drift = await driftOf(validation, { ...cases, manifests: [dataPaths(site).manifest] }, aggregation)
  const page = join(runPaths(folder).site(cases.name), 'drift.html')
  await writeFileAtomic(page, await driftPage(calibration, drift))
  return page
}

/** Collins, Ogundimu and Altman, "Sample size considerations for the external validation of a multivariable prognostic model", 2016. */
const leastCancers = 100

type Images = Parameters<typeof classifyBreasts>[0]

/** What the site's breasts ask of the calibration and, by a rule, of the threshold. */
async function updateOf(
  images: Images,
  { aggregation, calibration: current, threshold: currentThreshold }: SiteModel['decision'],
  { rule, at, gridStep, resamples, seed }: z.output<typeof calibrateSchema>,
  context: CommandContext,
) {
  const breasts = classifyBreasts(images, { aggregation })
  const patients = breasts.map(({ patientId }) => patientId)
  const targets = targetsOf(breasts)
  const logits = probabilitiesOf(breasts).map(logOdds)
  const { method, calibration, logLoss, gain } = updateCalibration(current, targets, logits, patients, { seed })
  const thresholdRule = askedRule({ rule, at, gridStep })
  const resampling = resamplingStage('bootstrap', thresholdRule ? 1 : 0, { resamples, seed }, context)
  const chosen = thresholdRule && (await figureOf(breasts, chosenThreshold(thresholdRule), resampling))
  context.progress.stop()
  const threshold = chosen?.value ?? currentThreshold
  const state = (calibration: Calibration, threshold: number) =>
    stateOf({ breasts, images, aggregation, calibration, threshold, seed })
  const isSame = method === 'kept' && threshold === currentThreshold
  const { rocAuc } = statisticsAt(threshold)
  return {
    aggregation,
    patients: new Set(patients).size,
    breasts: breasts.length,
    positives: targets.filter((target) => target === 1).length,
    rocAuc: await figureOf(breasts, rocAuc),
    update: method,
    calibration,
    updateLogLoss: logLoss,
    gain,
    threshold,
    thresholdRule,
    thresholdInterval: chosen,
    before: await state(current, currentThreshold),
    after: isSame ? null : await state(calibration, threshold),
    bootstrap: { unit: 'patient' as const, resamples, seed, level: 0.95 },
  }
}

/** null where the threshold is to stay. */
function askedRule({ rule, at, gridStep }: Pick<z.output<typeof calibrateSchema>, 'rule' | 'at' | 'gridStep'>) {
  if (rule !== undefined) return thresholdRuleOf({ rule, at, gridStep })
  if (at === undefined && gridStep === undefined) return null
  throw new CommandLineError(
    'invalid-value',
    `Expected --rule with ${at === undefined ? '--grid-step' : '--at'} but received none. Name the rule, for example --rule sensitivity.`,
  )
}

interface StateInput {
  readonly breasts: readonly BreastPrediction[]
  readonly images: Images
  readonly aggregation: Aggregation
  readonly calibration: Calibration
  readonly threshold: number
  readonly seed: number
}

async function stateOf({ breasts, images, aggregation, calibration, threshold, seed }: StateInput) {
  const calibrated = classifyBreasts(images, { aggregation, calibration })
  const { sensitivity, specificity, recallRate } = statisticsAt(threshold)
  return {
    calibration,
    ...(await calibrationFigures(calibrated, threshold, seed)),
    threshold,
    ...(await figuresOf(breasts, { sensitivity, specificity, recallRate })),
  }
}

function report(calibration: SiteCalibration, line: (text: string) => void): void {
  const { site, breasts, patients, positives, before, after, update, gain, threshold, thresholdRule } = calibration
  line(`${breasts} breasts of ${patients} patients of ${site}, ${positives} with cancer:`)
  const names = ['sensitivity', 'recallRate', 'logLoss', 'calibrationSlope', 'calibrationIntercept'] as const
  line(
    formatTable(
      ['figure', 'before', ...(after ? ['after'] : [])],
      names.map((name) => [name, figureText(before[name]), ...(after ? [figureText(after[name])] : [])]),
    ),
  )
  line(
    update === 'kept'
      ? 'The calibration is kept: no other one is better on patients that it was not fitted on.'
      : `The calibration is ${update === 'shifted' ? 'shifted' : `fitted anew (${update})`}: log loss on patients that it was not fitted on falls by ${figureText(gain)}.`,
  )
  line(
    thresholdRule
      ? `The threshold by ${thresholdRule.rule} is ${threshold.toFixed(4)}, ${before.threshold.toFixed(4)} before.`
      : `The threshold stays ${threshold.toFixed(4)}; --rule chooses it anew.`,
  )
  if (positives < leastCancers)
    line(`With ${plural(positives, 'cancer')} every figure is uncertain; at least ${leastCancers} are recommended.`)
}

function figureText({ value, low, high }: Figure): string {
  if (value === null) return '-'
  return low === null || high === null
    ? value.toFixed(4)
    : `${value.toFixed(4)} (${low.toFixed(4)} to ${high.toFixed(4)})`
}
