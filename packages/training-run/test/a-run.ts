/** What the tests train: a run of three epochs of four steps whose weights are its step. */
import type { Checkpoint } from '../src/checkpoints/checkpoint.ts'
import type { RunConfig } from '../src/schema/run-config.ts'

export const stepsPerEpoch = 4

/** The checkpoint after `step` steps; between epochs one of checkpoints/, otherwise one of unfinished/. */
export function checkpointAt(step: number): Checkpoint {
  const validation = {
    loss: 0.5,
    rocAuc: null,
    averagePrecision: null,
    pf1: 0.1,
    bestPf1: null,
    bestThreshold: null,
    imageRocAuc: 0.6,
    imagePf1: 0.2,
    imageBestPf1: 0.3,
  }
  return {
    state: {
      epoch: Math.floor(step / stepsPerEpoch),
      batch: step % stepsPerEpoch,
      lossSum: (step % stepsPerEpoch) / 8,
      step,
      preprocessHash: '0123456789abcdef',
      validation,
      plateau: null,
      best: null,
      log: { metricsBytes: 0, eventBytes: 0 },
    },
    model: new Map([['fc.bias', { dtype: 'F32', shape: [1], data: Float32Array.of(step) }]]),
    trainer: new Map([['adam/step', { dtype: 'F32', shape: [], data: Float32Array.of(step) }]]),
  }
}

export const config: RunConfig = {
  mammokit: '0.1.0',
  model: { layers: [1, 2], channels: [16], cardinality: 1, baseWidth: 64, stemWidth: 8 },
  image: { height: 64, width: 32, mean: 0.449, std: 0.226 },
  preprocess: {},
  preprocessHash: '0123456789abcdef',
  data: { dir: 'data', splitsSha256: 'ab', trainImages: 16, valImages: 4 },
  training: { lr: 1e-3, epochs: 3, logEvery: 10, saveEvery: 500, schedule: { name: 'one-cycle' }, emaDecay: null },
  weights: null,
  engine: 'onnxruntime',
  versions: { node: '20.20.2' },
}

/** The configuration with other values at dotted keys. */
export function changed(values: Readonly<Record<string, unknown>>): RunConfig {
  const copy = structuredClone(config) as Record<string, unknown>
  for (const [key, value] of Object.entries(values)) {
    const names = key.split('.')
    const last = names.pop() as string
    const parent = names.reduce((node, name) => node[name] as Record<string, unknown>, copy)
    parent[last] = value
  }
  return copy as RunConfig
}
