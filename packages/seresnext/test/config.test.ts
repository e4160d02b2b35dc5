import { describe, expect, it } from 'vitest'
import { bottleneckWidth, resolveConfig, type SeResNeXtConfig, squeezeWidth } from '../src/config.ts'
import { seResNeXt50, seResNeXt101 } from '../src/index.ts'

describe('SeResNeXtConfig', () => {
  it('is SE-ResNeXt50 32x4d for one channel and one logit by default', () => {
    expect(resolveConfig({})).toEqual(seResNeXt50)
    expect(seResNeXt101.layers).toEqual([3, 4, 23, 3])
  })

  it("has timm's widths: floor(planes * base / 64) * cardinality, and make_divisible(C / 16, 8)", () => {
    expect([64, 128, 256, 512].map((planes) => bottleneckWidth(planes, seResNeXt50))).toEqual([128, 256, 512, 1024])
    expect([64, 256, 320, 512, 1000].map((channels) => squeezeWidth(channels, seResNeXt50))).toEqual([
      8, 16, 24, 32, 64,
    ])
  })

  it.each<[Partial<Record<keyof SeResNeXtConfig | 'depth', unknown>>, string]>([
    [{ layers: [] }, 'Expected a list of whole numbers >= 1 for layers but received [].'],
    [{ layers: [1, 0] }, 'Expected a list of whole numbers >= 1 for layers but received [1,0].'],
    [{ layers: 4 }, 'for layers but received 4.'],
    [{ channels: [64, 128] }, 'Expected 4 stages as in layers for channels but received [64,128].'],
    [{ cardinality: 0 }, 'Expected a whole number >= 1 for cardinality but received 0. The default is 32.'],
    [{ numClasses: 1.5 }, 'Expected a whole number >= 1 for numClasses but received 1.5.'],
    [{ inChannels: -1 }, 'Expected a whole number >= 1 for inChannels but received -1.'],
    [{ seReduction: 0 }, 'Expected a number > 0 for seReduction but received 0.'],
    [{ batchNormMomentum: 2 }, 'Expected a number from 0 to 1 for batchNormMomentum but received 2.'],
    [{ batchNormEpsilon: 0 }, 'Expected a number > 0 for batchNormEpsilon but received 0.'],
    [
      { channels: [8, 16, 32, 64] },
      'Expected at least one channel per group for baseWidth but received 4. Use baseWidth >= 8',
    ],
    [{ depth: 50 }, 'Expected one of layers, channels, cardinality'],
  ])('rejects %j', (config, message) => {
    expect(() => resolveConfig(config as Partial<SeResNeXtConfig>)).toThrow(message)
  })
})
