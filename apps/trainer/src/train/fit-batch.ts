/** `--batch-size auto`: a batch in parts of as many images as fit in memory, found once and kept in config.json. */
import { fork } from 'node:child_process'
import { type CommandContext, silentContext } from '@mammokit/command-line'
import { readRunConfig } from '@mammokit/training-run'
import type { Config } from '../config/config.ts'
import { TrainerError } from '../trainer-error.ts'
import { checkpointFolders } from './run-position.ts'

/** MiB that a step took, or why it failed: for want of memory, or for another reason that the user has to see. */
export type MeasureStep = (microBatchSize: number) => Promise<number | string>

// The built file also when this one runs from its source: a process of Node 20 does not load TypeScript.
const measureFile = new URL('./measure-step.js', import.meta.url.replace(/\/src\/train\/[^/]*$/, '/dist/train/'))

const mebibyte = 2 ** 20

/** Of a thread that reads images. */
const workerMiB = 100

/** Batches in memory beside that of the step: those made ahead, and one that is being made. */
const batchesAhead = 3

/**
 * The configuration with the largest divisor of the batch as `microBatchSize` that fits into `memoryMiB`, or into nine tenths of the memory
 * that is free; a run with a checkpoint keeps what its config.json has.
 *
 * @throws TrainerError `too-little-memory` where not even one image fits
 */
export async function fitBatch(
  config: Config,
  run: string,
  images: number,
  { progress, signal }: CommandContext = silentContext,
): Promise<Config> {
  const inPartsOf = (microBatchSize: number | null): Config => ({
    ...config,
    training: { ...config.training, microBatchSize },
  })
  // Without a checkpoint the size may be one that never completed a step.
  if ((await checkpointFolders(run)).length > 0) {
    const kept = ((await readRunConfig(run)).training.microBatchSize ?? null) as number | null
    const parts = kept === null ? 'as a whole' : `in parts of ${kept}`
    progress.line(`Batches ${parts}, as config.json of ${run} has them: a run with a checkpoint keeps that`)
    return inPartsOf(kept)
  }
  const limit = config.memoryMiB ?? 0.9 * (process.availableMemory() / mebibyte)
  const loadersMiB = Math.ceil(memoryOfLoaders(config, images))
  const left = Math.floor(limit - loadersMiB)
  const measured = new Map<number, number>()
  const measure: MeasureStep = async (size) => {
    const memory = await measureStep(inPartsOf(size), signal)
    if (typeof memory === 'number') measured.set(size, memory)
    progress.line(
      `A step in parts of ${size}: ${typeof memory === 'string' ? `it failed, ${memory}` : `${Math.ceil(memory)} MiB`}`,
    )
    return memory
  }
  const size = await largestFitting(divisors(config.training.batchSize), left, measure, {
    isCounted: isInMemory(config.device),
    loadersMiB,
  })
  progress.line(
    `Batches of ${config.training.batchSize} in parts of ${size}: about ${Math.ceil(limit - left + (measured.get(size) ?? 0))} of ${Math.floor(limit)} MiB with the images that are read ahead`,
  )
  return inPartsOf(size)
}

/** Whether a device computes in the memory of the machine. */
function isInMemory(device: Config['device']): boolean {
  return device === 'cpu' || device === 'openvino'
}

export interface FittingOptions {
  /** Whether `measure` counts the memory that the limit is of. @default true */
  readonly isCounted?: boolean
  /** What is taken beside the step, and left of the whole limit, for the message. @default 0 */
  readonly loadersMiB?: number
}

/**
 * The largest of rising `sizes` whose step takes at most `limit` MiB. Memory is a line over the size: two sizes tell which one to try,
 * so that hardly ever one is tried that does not fit. Where memory is not counted (that of a graphics adapter) each is tried until one fails.
 *
 * @throws TrainerError `too-little-memory` where the first one does not fit
 */
export async function largestFitting(
  sizes: readonly number[],
  limit: number,
  measure: MeasureStep,
  { isCounted = true, loadersMiB = 0 }: FittingOptions = {},
): Promise<number> {
  const fits = (memory: number | string): memory is number =>
    typeof memory === 'number' && (!isCounted || memory <= limit)
  const all = limit + loadersMiB
  const tooLittle = (expected: string, received: number | string) => {
    const message = `Expected ${expected} but received ${typeof received === 'string' ? `a step that failed: ${received}` : `${Math.ceil(received)} MiB`}. Give more with --memory, fewer --workers, smaller images, or --option training.recompute=true.`
    return new TrainerError('too-little-memory', message, { limit, loadersMiB, received })
  }
  const [smallest, second] = sizes
  if (isCounted && limit <= 0) {
    throw tooLittle(`more memory than the ${loadersMiB} MiB of images that are read ahead and their threads`, all)
  }
  const least = await measure(smallest)
  if (!fits(least)) {
    const within = `within ${limit} MiB, which images that are read ahead leave of ${all} MiB,`
    throw tooLittle(`a step with ${smallest} image ${isCounted ? within : 'in the memory of the device'}`, least)
  }
  if (second === undefined) return smallest
  const next = await measure(second)
  if (!fits(next)) return smallest
  if (!isCounted) {
    for (let index = 2; index < sizes.length; index++) {
      if (!fits(await measure(sizes[index]))) return sizes[index - 1]
    }
    return sizes.at(-1) as number
  }
  const slope = (next - least) / (second - smallest)
  const expected = (size: number) => next + Math.max(0, slope) * (size - second)
  for (const size of sizes.slice(2).reverse()) {
    if (expected(size) <= limit && fits(await measure(size))) return size
  }
  return second
}

/** Of a batch size, rising: with another part the last one would need a graph of its own. */
export function divisors(batchSize: number): number[] {
  return Array.from({ length: batchSize }, (_, i) => i + 1).filter((size) => batchSize % size === 0)
}

/** What decoded images, reading threads and batches ahead take, MiB. */
function memoryOfLoaders({ image, training, workers, cacheMiB, model }: Config, images: number): number {
  const pixels = (image.height * image.width) / mebibyte
  const views = model.fusion === null ? 1 : 2
  // The partners of a batch in parts lie beside it.
  const batches = (batchesAhead + (training.mixup > 0 ? 1 : 0)) * training.batchSize * views * 4 * pixels
  return Math.min(cacheMiB, 2 * images * pixels) + workers * workerMiB + batches
}

function measureStep(config: Config, signal: AbortSignal | undefined): Promise<number | string> {
  return new Promise((resolve, reject) => {
    const child = fork(measureFile, {
      stdio: ['ignore', 'ignore', 'ignore', 'ipc'],
      execArgv: [],
      ...(signal && { signal }),
    })
    child.on('message', ({ memoryMiB, fault = 'no memory counted' }: { memoryMiB?: number; fault?: string }) =>
      resolve(memoryMiB ?? fault.replace(/\.$/, '')),
    )
    child.on('error', reject)
    // The kernel ends what takes too much.
    child.on('exit', (code, by) => resolve(`the process ended by ${by ?? `exit code ${code}`}`))
    child.send(config)
  })
}
