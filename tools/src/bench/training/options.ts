/** What `npm run bench -- training FOLDER [KEY=VALUE ...]` trains. */

import type { SeResNeXtConfig } from '@mammokit/seresnext'

/** SE-ResNeXt50 32x4d, and the demo's network of four blocks; timm builds both. */
const networks = {
  seresnext50: {
    layers: [3, 4, 6, 3],
    channels: [64, 128, 256, 512],
    cardinality: 32,
    baseWidth: 4,
    stemType: 'plain',
    stemWidth: 64,
  },
  small: {
    layers: [1, 1, 1, 1],
    channels: [16, 32, 64, 128],
    cardinality: 8,
    baseWidth: 16,
    stemType: 'deep',
    stemWidth: 8,
  },
} as const satisfies Record<string, Partial<SeResNeXtConfig>>

export interface TrainingOptions {
  /** Data, runs and results; started again with the same one, what is done is not done again. */
  readonly folder: string
  readonly seeds: number
  readonly patients: number
  readonly prevalence: number
  readonly conspicuity: number
  /** Of a processed image, twice its width. */
  readonly height: number
  readonly epochs: number
  readonly batchSize: number
  readonly lr: number
  /** Threads of a step, and threads or processes that read images. */
  readonly threads: number
  readonly network: keyof typeof networks
}

const defaults: Omit<TrainingOptions, 'folder'> = {
  seeds: 5,
  patients: 300,
  prevalence: 0.1,
  conspicuity: 1,
  height: 256,
  epochs: 5,
  batchSize: 24,
  lr: 3e-4,
  threads: 2,
  network: 'seresnext50',
}

/** @throws Error for a key that there is not, or a value that is no number */
export function trainingOptions([folder, ...assignments]: readonly string[]): TrainingOptions {
  if (folder === undefined) throw new Error('Expected a folder for the benchmark training but received none.')
  const given = assignments.map((assignment) => {
    const [key = '', text = ''] = assignment.split('=')
    if (!(key in defaults)) throw new Error(`Expected one of ${Object.keys(defaults)} but received ${key}.`)
    if (key === 'network') {
      if (!(text in networks)) throw new Error(`Expected one of ${Object.keys(networks)} for ${key}.`)
      return [key, text]
    }
    if (!(Number(text) > 0)) throw new Error(`Expected a number above 0 for ${key} but received ${text}.`)
    return [key, Number(text)]
  })
  return { folder, ...defaults, ...Object.fromEntries(given) }
}

export function networkOf({ network }: TrainingOptions): Partial<SeResNeXtConfig> {
  return networks[network]
}
