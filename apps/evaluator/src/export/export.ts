/** `export`: the selected checkpoint as one ONNX file that is checked against the run before it is written, and a model card beside it. */
import { dirname, join } from 'node:path'
import { writeFileAtomic } from '@mammokit/atomic-files'
import { type CommandContext, parseConfig, silentContext } from '@mammokit/command-line'
import {
  exportOnnx,
  openRunClassifier,
  readCalibrationOf,
  readNetworkConfig,
  readVerifiedSelection,
} from '@mammokit/mammogram-classifier'
import { readEpochWeights, runPaths } from '@mammokit/training-run'
import { type ExportConfig, exportSchema } from '../config.ts'
import { openSubsets } from '../predict/subset-rows.ts'
import { assertClose, compareExport, type ExportCheck } from './compare-export.ts'
import { metadataOf } from './metadata.ts'
import { modelCard } from './model-card.ts'
import { readTestOf } from './read-test-of.ts'
import { timmFiles } from './timm-files.ts'

export interface ExportResult extends ExportCheck {
  readonly model: string
  readonly card: string
  readonly sizeBytes: number
}

/** Writes model.onnx and model-card.md. */
export async function exportRun(input: ExportConfig, context: CommandContext = silentContext): Promise<ExportResult> {
  const { progress } = context
  const { run, data, precision, images, calibration, output, timm, ...inference } = parseConfig(exportSchema, input)
  const config = await readNetworkConfig(run)
  const subsets = await openSubsets(data, config)
  const { selection } = await readVerifiedSelection(run, config, (subset) => subsets.read({ subset }))
  const { weights } = await readEpochWeights(run, selection.epoch)
  const site = calibration === undefined ? null : await readCalibrationOf(calibration, { name: run, ...selection })
  const decided = site ? { ...selection, calibration: site.calibration, threshold: site.threshold } : selection
  const test = await readTestOf(run, selection)
  const metadata = metadataOf(config, decided, site?.site ?? null)
  const forTimm = timm === undefined ? undefined : timmFiles(config, weights)
  progress.line(`Exporting ${selection.checkpoint} in ${precision}`)
  const bytes = await exportOnnx(config, weights, { precision, metadata })

  const { rows } = subsets.read({ subset: selection.subset })
  const { threads, batchSize } = inference
  const classifier = await openRunClassifier(run, { threads, batchSize })
  try {
    const check = await compareExport(bytes, classifier, { rows, images, ...inference }, context)
    assertClose(check, run, precision)
    const model = output ?? runPaths(run).model
    const card = join(dirname(model), 'model-card.md')
    const result = { model, card, sizeBytes: bytes.length, ...check }
    await writeFileAtomic(model, bytes)
    for (const [name, content] of Object.entries(forTimm ?? {})) await writeFileAtomic(join(timm!, name), content)
    await writeFileAtomic(card, modelCard({ config, selection: decided, site, test, precision, check }))
    progress.line(
      `Wrote ${model}, ${(bytes.length / 1e6).toFixed(1)} MB, and ${card}. Of ${check.images} images the probability differs by at most ${check.largestDifference.toExponential(1)}.`,
    )
    return result
  } finally {
    await classifier.dispose()
  }
}
