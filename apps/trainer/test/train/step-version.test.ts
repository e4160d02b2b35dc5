import { expect, it } from 'vitest'
import { parseConfig } from '../../src/config/config.ts'
import { stepVersionOf } from '../../src/train/step-version.ts'

it.each([
  [{}, 1, undefined],
  [{ training: { adam: { layerDecay: 0.5 } } }, 1, undefined],
  [{ model: { layers: [1, 1], channels: [8, 8] } }, 1, undefined],
  [{ model: { layers: [1, 1], channels: [8, 8] }, training: { adam: { layerDecay: 0.5 } } }, 1, 2],
  [{ training: { mixup: 0.2 } }, 1, undefined],
  [{ training: { mixup: 0.2, microBatchSize: 8 } }, 1, undefined],
  [{ training: { mixup: 0.2, microBatchSize: 4 } }, 1, 2],
  [{ training: { microBatchSize: 4 } }, 2, undefined],
  [{ training: { mixup: 0.2 } }, 2, 2],
])(
  'a run of %j in %d process(es) has version %d: runs whose steps are what they were go on',
  (input, processes, version) => {
    expect(stepVersionOf(parseConfig(input), processes)).toBe(version)
  },
)
