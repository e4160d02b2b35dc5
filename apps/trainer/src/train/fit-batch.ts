/** `--batch-size auto`: a batch in parts of as many images as fit in memory, found once and kept in config.json. */
import { fork } from 'node:child_process'
import { existsSync } from 'node:fs'
import { type CommandContext, silentContext } from '@mammokit/command-line'
import { readRunConfig, runPaths } from '@mammokit/training-run'
import type { Config } from '../config/config.ts'
import { TrainerError } from '../trainer-error.ts'

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
 * that is free; a run that has one keeps it.
 *
 * @throws TrainerError `too-little-memory` where not even one image fits
 */
export async function fitBatch(
  config: Config,
  run: string,
  images: number,
  { progress, signal }: CommandContext = silentContext,
): Promise<Config> {
  const inPartsOf = (microBatchSize: number): Config => ({
    ...config,
    training: { ...config.training, microBatchSize },
  })
  const kept = existsSync(runPaths(run).config) ? (await readRunConfig(run)).training.microBatchSize : null
  if (typeof kept === 'number' && config.training.batchSize % kept === 0) return inPartsOf(kept)
  const limit = config.memoryMiB ?? 0.9 * (process.availableMemory() / mebibyte)
  const left = Math.floor(limit - memoryOfLoaders(config, images))
  const measured = new Map<number, number>()
  const measure: MeasureStep = async (size) => {
    const memory = await measureStep(inPartsOf(size), signal)
    if (typeof memory === 'number') measured.set(size, memory)
    progress.line(
      `A step in parts of ${size}: ${typeof memory === 'string' ? `it failed, ${memory}` : `${Math.ceil(memory)} MiB`}`,
    )
    return memory
  }
  const size = await largestFitting(divisors(config.training.batchSize), left, measure, isInMemory(config.device))
  progress.line(
    `Batches of ${config.training.batchSize} in parts of ${size}: about ${Math.ceil(limit - left + (measured.get(size) ?? 0))} of ${Math.floor(limit)} MiB with the images that are read ahead`,
  )
  return inPartsOf(size)
}

/** Whether a device computes in the memory of the machine. */
function isInMemory(device: Config['device']): boolean {
  return device === 'cpu' || device === 'openvino'
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
  isCounted = true,
): Promise<number> {
  const fits = (memory: number | string): memory is number =>
    typeof memory === 'number' && (!isCounted || memory <= limit)
  const [smallest, second] = sizes
  const least = await measure(smallest)
  if (!fits(least)) {
    const received = typeof least === 'string' ? `a step that failed: ${least}` : `${Math.ceil(least)} MiB`
    throw new TrainerError(
      'too-little-memory',
      `Expected a step with ${smallest} image within ${limit} MiB but received ${received}. Give more with --memory, smaller images, or --option training.recompute=true.`,
      { limit, received: least },
    )
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
  const batches = batchesAhead * training.batchSize * views * 4 * pixels
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
