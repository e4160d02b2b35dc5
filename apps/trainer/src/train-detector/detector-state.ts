/** All that changes while a detector is trained: weights, their average, the optimizer; saved as one file. */
import { createHash } from 'node:crypto'
import { decodeSafetensors } from '@mammokit/safetensors'
import { type Adam, batchNormTraining, createAdam } from '@mammokit/tfjs-onnxruntime'
import type { StepCheckpoint } from '@mammokit/training-run'
import { createYolov5, type StateTensor, type Yolov5 } from '@mammokit/yolov5'
import type { Config } from '../config/config.ts'
import { adamTensors, ofPrefix, toAdamState, withPrefix } from '../weight-state.ts'
import { assertSameSettings } from './detector-checkpoint.ts'

export interface DetectorState {
  readonly network: Yolov5
  /** Its weights and running statistics, averaged over the steps. */
  readonly average: Yolov5
  readonly adam: Adam
  /** All that is needed to go on after `step` steps. */
  checkpoint(step: number): StepCheckpoint
  /** @throws TrainerError `run-differs` for a checkpoint of other settings */
  restore(run: string, checkpoint: StepCheckpoint & { readonly path: string }): void
  dispose(): void
}

/** Settings that decide about a weight: a run continues with the same or not at all. */
const decisive = ['width', 'depth', 'imageSize', 'anchors', 'steps', 'batchSize', 'lr', 'seed'] as const

/** @param weights safetensors file to start from: a state of YOLOv5's names, or the `detector.safetensors` of an earlier run */
export function createDetectorState(config: Config['detector'], weights: Uint8Array | null): DetectorState {
  const shape = { widthMultiple: config.width, depthMultiple: config.depth, anchors: config.anchors }
  const options = { seed: config.seed, ops: { batchNormTraining } }
  const network = createYolov5(shape, { ...options, scope: 'detector' })
  const average = createYolov5(shape, { ...options, scope: 'average' })
  const adam = createAdam(network.trainableVariables)
  const networks = { weights: network, average }
  const start = weights && { weights: createHash('sha256').update(weights).digest('hex') }
  const settings = { ...Object.fromEntries(decisive.map((key) => [key, config[key]])), ...start }
  if (weights) {
    const { tensors } = decodeSafetensors(weights)
    const averaged = ofPrefix('average', tensors)
    const state = (averaged.size > 0 ? averaged : tensors) as Map<string, StateTensor>
    for (const { loadStateDict } of [network, average]) loadStateDict(state)
  }

  return {
    network,
    average,
    adam,
    checkpoint: (step) => ({
      step,
      tensors: new Map([
        ...Object.entries(networks).flatMap(([prefix, { stateDict }]) => withPrefix(prefix, stateDict())),
        ...withPrefix('adam', adamTensors(adam.state())),
      ]),
      metadata: { settings: JSON.stringify(settings) },
    }),
    restore(run, { path, tensors, metadata }) {
      assertSameSettings(run, path, JSON.parse(metadata.settings), settings)
      for (const [prefix, { loadStateDict }] of Object.entries(networks)) {
        loadStateDict(ofPrefix(prefix, tensors) as Map<string, StateTensor>)
      }
      adam.restore(toAdamState(ofPrefix('adam', tensors)))
    },
    dispose() {
      for (const part of [network, average, adam]) part.dispose()
    },
  }
}
