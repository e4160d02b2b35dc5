import { describe, expect, it } from 'vitest'
import { bottleneckWidth, resolveConfig, type SeResNeXtConfig, squeezeWidth } from '../src/config.ts'
import { defaultConfig } from '../src/index.ts'

describe('SeResNeXtConfig', () => {
  it('is SE-ResNeXt50 32x4d for one channel and one logit by default', () => {
    expect(resolveConfig({})).toEqual(defaultConfig)
  })

  it("has timm's widths: floor(planes * base / 64) * cardinality, and make_divisible(C / 16, 8)", () => {
    expect([64, 128, 256, 512].map((planes) => bottleneckWidth(planes, defaultConfig))).toEqual([128, 256, 512, 1024])
    expect([64, 256, 320, 512, 1000].map((channels) => squeezeWidth(channels, defaultConfig))).toEqual([
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
    [{ dropRate: 1 }, 'Expected a number from 0 to below 1 for dropRate but received 1.'],
    [{ dropPathRate: -0.1 }, 'Expected a number from 0 to below 1 for dropPathRate but received -0.1.'],
    [{ stemType: '' }, 'Expected one of "plain", "deep", "deep_tiered" for stemType but received "".'],
    [
      { globalPool: 'avgmax' },
      'Expected "avg", "max", "gem" or { places, window }, whole numbers >= 1, for globalPool',
    ],
    [{ avgDown: 1 }, 'Expected one of false, true for avgDown but received 1.'],
    [{ stemType: 'deep_tiered', stemWidth: 3 }, 'Expected at least 4 with a tiered stem for stemWidth but received 3.'],
    [{ family: 'legacy', stemType: 'deep' }, 'Expected "plain" with the legacy family for stemType'],
    [{ batchNormEpsilon: 0 }, 'Expected a number > 0 for batchNormEpsilon but received 0.'],
    [
      { channels: [8, 16, 32, 64] },
      'Expected at least one channel per group for baseWidth but received 4. Use baseWidth >= 8',
    ],
    [{ depth: 50 }, 'Expected one of family, layers, channels, cardinality'],
  ])('rejects %j', (config, message) => {
    expect(() => resolveConfig(config as Partial<SeResNeXtConfig>)).toThrow(message)
  })
})
