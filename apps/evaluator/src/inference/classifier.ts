/** The run's network: from normalised images to probabilities, with the weights of one checkpoint after another. */
import { createSeResNeXt, type SeResNeXtConfig, type StateDict } from '@mammokit/seresnext'
import type { RunConfig } from '@mammokit/training-run'
import type { Tensor4D } from '@tensorflow/tfjs'
import { type EngineName, openEngine, type Runnable } from './engine.ts'

export interface Classifier {
  /** Takes over the weights of a checkpoint. */
  load(weights: StateDict): Promise<void>
  /** Probabilities [count] of the first `count` images of a batch [batchSize, height, width, 1], normalised. */
  probabilities(images: Float32Array, count: number): Promise<number[]>
  dispose(): Promise<void>
}

export interface ClassifierOptions {
  readonly engine: EngineName
  readonly threads: number
  readonly batchSize: number
}

/** Builds the network of a run; `load` weights before asking for probabilities. */
export async function openClassifier(
  { model: modelConfig, image }: RunConfig,
  { engine: engineName, threads, batchSize }: ClassifierOptions,
): Promise<Classifier> {
  const engine = await openEngine(engineName, threads)
  const model = createSeResNeXt(modelConfig as Partial<SeResNeXtConfig>, { ops: engine.ops })
  const shape = [batchSize, image.height, image.width, 1]
  let runnable: Runnable | undefined
  return {
    async load(weights) {
      await runnable?.dispose()
      model.loadStateDict(weights)
      runnable = await engine.prepare((input) => model.forward(input as Tensor4D, { training: false }), shape)
    },
    async probabilities(images, count) {
      if (runnable === undefined)
        throw new Error('Expected weights for the classifier but received none. Call load first.')
      const logits = await runnable.run(images)
      return Array.from(logits.subarray(0, count), sigmoid)
    },
    async dispose() {
      await runnable?.dispose()
      model.dispose()
    },
  }
}

function sigmoid(logit: number): number {
  return 1 / (1 + Math.exp(-logit))
}
