/** The loop that `train` and `train-detector` share: one step after another, each looked at before the next one begins. */
import { nextRun, TrainingRunError } from '@mammokit/training-run'
import * as tf from '@tensorflow/tfjs-core'
import { TrainerError } from './trainer-error.ts'

/** A step that is on its way: its learning rate, and its outputs [loss, norm of the gradient, ...more]. */
export interface StartedStep {
  readonly lr: number
  readonly outputs: Promise<readonly Float32Array[]>
}

/** A step that was not taken. */
export interface SkippedStep {
  /** Of the loss, with which gradients overflowed. */
  readonly scale: number
  /** Weights whose gradients are not finite. */
  readonly names: readonly string[]
}

export interface GuardedStep<Batch> {
  readonly batch: Batch
  /** Finite, and so is the norm of the gradient. */
  readonly loss: number
  /** What the step returned beside loss and norm. */
  readonly more: readonly Float32Array[]
  /** Of a step that was not taken, whose loss and gradient may not be finite. */
  readonly skipped: SkippedStep | undefined
  /** Share of the time since the loop began in which it waited for batches. */
  readonly waitingShare: number
}

export interface GuardOptions {
  /** Steps done before the first of the loop. */
  readonly done: number
  /** What to do about a step that diverged, in a sentence. */
  readonly advice: () => string
  /** Of a scaled loss: what the outputs beside loss and norm say of a step that was skipped. */
  readonly skippedOf?: (more: readonly Float32Array[]) => SkippedStep | undefined
}

/** With a smaller scale of the loss, what is not finite has another cause. */
const minLossScale = 1

/**
 * Takes a step with each batch and yields it once its loss and its gradient are known to be finite, or that it was skipped.
 *
 * @throws {TrainerError} `diverged`, which names the step, its learning rate and its images.
 */
export async function* guardedSteps<Batch extends { readonly imageIds: readonly string[] }>(
  batches: AsyncIterable<Batch> | Iterable<Batch>,
  start: (batch: Batch) => StartedStep,
  { done, advice, skippedOf }: GuardOptions,
): AsyncGenerator<GuardedStep<Batch>, void, undefined> {
  let step = done
  let waited = 0
  const begun = performance.now()
  let asked = begun
  for await (const batch of batches) {
    waited += performance.now() - asked
    const { lr, outputs } = start(batch)
    const [[loss], [norm], ...more] = await outputs
    step++
    const [name, value] = Number.isFinite(loss) ? ['gradient', norm] : ['loss', loss]
    const skipped = skippedOf?.(more)
    const isTaken = skipped === undefined || skipped.scale <= minLossScale
    const what = `a finite ${name} in step ${step}, with learning rate ${lr.toExponential(2)} and`
    if (isTaken && !Number.isFinite(value)) throw diverged(what, value, { step, lr, imageIds: batch.imageIds }, advice)
    yield { batch, loss, more, skipped, waitingShare: waited / (performance.now() - begun) }
    asked = performance.now()
  }
}

/** Names what was expected, the images of the batch, what came, and what to do. */
export function diverged(
  what: string,
  received: number,
  details: { readonly imageIds: readonly string[]; readonly step?: number; readonly lr?: number },
  advice: () => string,
): TrainerError {
  const message = `Expected ${what} the images ${details.imageIds.join(', ')}, but received ${received}. ${advice()}`
  return new TrainerError('diverged', message, { ...details, received })
}

/** The norm of a gradient, float32 []: not finite where any of its numbers is not. */
export function gradientNorm(gradients: Readonly<Record<string, tf.Tensor>>): tf.Tensor {
  return tf.sqrt(tf.addN(Object.values(gradients).map((gradient) => tf.sum(tf.square(gradient)))))
}

export interface RecoveryOptions {
  readonly run: string
  /** Name of the learning rate in the configuration, and its value. */
  readonly setting: string
  readonly lr: number
  /** safetensors file of the newest checkpoint; undefined before the first. */
  readonly weights: string | undefined
}

/** How to go on after a step that diverged: a run keeps the learning rate that its checkpoints were made with. */
export function recoveryAdvice({ run, setting, lr, weights }: RecoveryOptions): string {
  const lower = `--lr ${Number((lr / 10).toPrecision(2))}`
  if (weights === undefined)
    return `There is no checkpoint yet: lower ${setting} and start again, for example with ${lower}.`
  return `The last good checkpoint is ${weights}: start another run from it with a lower ${setting}, for example with ${lower} --run ${nextRun(run)} --pretrained ${weights}.`
}

export interface Rescue {
  /** Whether weights, position and log are all after one step, and no checkpoint has it. */
  readonly isUnsaved: () => boolean
  readonly save: () => Promise<unknown>
  /** What to do about weights that diverged, in a sentence. */
  readonly advice: () => string
}

/**
 * Trains so that a signal, or a file that cannot be read, loses no step: what is unsaved is saved before the error goes on. The steps since
 * the last checkpoint are as good as the others, unless they diverged.
 *
 * @throws {TrainerError} `diverged` for weights that are not finite, which no checkpoint holds
 */
export async function savingOnError(train: () => Promise<void>, { isUnsaved, save, advice }: Rescue): Promise<void> {
  try {
    await train()
  } catch (error) {
    if (error instanceof TrainingRunError && error.code === 'not-finite') {
      const { folder, name } = error.details
      const message = `Expected finite weights for ${folder} but received others in ${name}; nothing was written. ${advice()}`
      throw new TrainerError('diverged', message, error.details)
    }
    const isDiverged = error instanceof TrainerError && error.code === 'diverged'
    if (!isDiverged && isUnsaved()) await save()
    throw error
  }
}
