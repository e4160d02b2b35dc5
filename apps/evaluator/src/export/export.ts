/** `export`: the selected checkpoint, or all networks of an ensemble or of folds, as one ONNX file that is checked against the run before it is written, and a model card beside it. */
import { basename, join } from 'node:path'
import { writeFileAtomic } from '@mammokit/atomic-files'
import { type CommandContext, parseConfig, silentContext } from '@mammokit/command-line'
import {
  type ExportedNetwork,
  exportEnsemble,
  loadNetworks,
  passesOf,
  readCalibrationOf,
  readNetworkConfig,
  readVerifiedSelection,
} from '@mammokit/mammogram-classifier'
import { epochName, runPaths, type Subset } from '@mammokit/training-run'
import type { z } from 'zod'
import { type ExportConfig, exportSchema } from '../config.ts'
import { openEvaluated } from '../predict/evaluated-run.ts'
import type { EvaluatedRun } from '../predict/network.ts'
import { assertTogether } from '../predict/network-predictions.ts'
import { type Answers, answersOfFile, answersOfRun } from './answers.ts'
import { cardPathOf } from './card-path.ts'
import { assertClose, compareAnswers, type ExportCheck } from './compare-export.ts'
import { metadataOf } from './metadata.ts'
import { modelCard } from './model-card.ts'
import { readTestOf } from './read-test-of.ts'
import { timmFiles } from './timm-files.ts'

export interface ExportResult extends ExportCheck {
  readonly model: string
  readonly card: string
  readonly sizeBytes: number
}

/** Writes model.onnx and model-card.md; the card of another file is left as it is. */
export async function exportRun(input: ExportConfig, context: CommandContext = silentContext): Promise<ExportResult> {
  const { progress } = context
  const config = parseConfig(exportSchema, input)
  const { run, data, precision, calibration, output, timm } = config
  if (timm !== undefined) await readNetworkConfig(run, '--timm')
  const evaluated = await openEvaluated(run, data)
  const { combine, augmentations, subsets } = evaluated
  const { selection, predictions } = await readVerifiedSelection(
    run,
    evaluated.config,
    (subset) => subsets.read({ subset }),
    evaluated,
  )
  const { epoch } = selection
  await assertTogether(evaluated, predictions, epoch)
  const site = calibration === undefined ? null : await readCalibrationOf(calibration, { name: run, ...selection })
  const decided = site ? { ...selection, calibration: site.calibration, threshold: site.threshold } : selection
  const test = await readTestOf(run, selection)
  const networks = await evaluated.networks(epoch)
  const loaded = await loadNetworks(evaluated, networks)
  const members = networks.map((network) => ({
    name: runPaths(network.run).name,
    checkpoint: epochName(network.epoch),
    checkpointHash: network.checkpointHash,
    config: network.config,
  }))
  const described = { config: evaluated.config, combine, augmentations, members, selection: decided }
  const metadata = metadataOf(described, site?.site ?? null)
  const forTimm = timm === undefined ? undefined : timmFiles(evaluated.config, loaded[0]!.weights)
  const what = combine === null ? selection.checkpoint : `${networks.length} networks`
  progress.line(`Exporting ${what} in ${precision}`)
  const combining = { combine: combine ?? 'logits', augmentations } as const
  const bytes = await exportEnsemble(loaded, combining, { precision, metadata })

  const check = await checkExport(bytes, { evaluated, networks, loaded }, selection.subset, config, context)
  assertClose(check, run, precision)
  const model = output ?? runPaths(run).model
  const card = await cardPathOf(model)
  await writeFileAtomic(model, bytes)
  for (const [name, content] of Object.entries(forTimm ?? {})) await writeFileAtomic(join(timm!, name), content)
  await writeFileAtomic(card, modelCard({ ...described, site, test, precision, fileName: basename(model), check }))
  progress.line(
    `Wrote ${model}, ${(bytes.length / 1e6).toFixed(1)} MB, and ${card}. Of ${check.images} images the probability differs by at most ${check.largestDifference.toExponential(1)}.`,
  )
  return { model, card, sizeBytes: bytes.length, ...check }
}

interface Exported {
  readonly evaluated: EvaluatedRun
  readonly networks: Awaited<ReturnType<EvaluatedRun['networks']>>
  readonly loaded: readonly ExportedNetwork[]
}

/** On images drawn evenly from the subset that the run was selected by. */
async function checkExport(
  bytes: Uint8Array,
  { evaluated, networks, loaded }: Exported,
  subset: Subset,
  { images, threads, workers, batchSize }: z.output<typeof exportSchema>,
  { progress, signal }: CommandContext,
): Promise<ExportCheck> {
  const { rows: all } = evaluated.subsets.read({ subset })
  const step = Math.max(1, all.length / images)
  const rows = Array.from({ length: Math.min(images, all.length) }, (_, i) => all[Math.floor(i * step)]!)
  let done = 0
  const onImages = (count: number) => {
    done += count
    progress.update(done)
  }
  const options = { rows, threads, workers, batchSize, signal, onImages }
  progress.start('comparing with the run', rows.length * (networks.length + 1))
  try {
    const run: Answers = await answersOfRun(evaluated, networks, loaded, options)
    const file = await answersOfFile(
      bytes,
      { ...evaluated.config.image, passes: passesOf(evaluated.augmentations) },
      options,
    )
    return compareAnswers(rows, run, file, !evaluated.isOutOfFold)
  } finally {
    progress.stop()
  }
}
