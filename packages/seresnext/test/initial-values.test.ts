import * as tf from '@tensorflow/tfjs'
import { beforeAll, describe, expect, it } from 'vitest'
import { createSeResNeXt, defaultConfig } from '../src/index.ts'
import { initialValues } from '../src/initial-values.ts'
import { listParameters } from '../src/parameters.ts'

const parameters = new Map(listParameters(defaultConfig).map((parameter) => [parameter.name, parameter]))
const initial = (name: string, seed = 13) => initialValues(parameters.get(name)!, seed)

beforeAll(async () => {
  tf.enableProdMode()
  await tf.setBackend('cpu')
})

describe("initial values have timm's distributions", () => {
  it.each([
    ['layer3.1.conv1.weight', 512],
    ['layer2.0.conv2.weight', 256 * 9],
    ['layer4.0.se.fc1.weight', 128],
  ])('%s: normal, deviation sqrt(2 / fan-out) to 2 %', (name, fanOut) => {
    const values = initial(name)
    const deviation = Math.sqrt(2 / fanOut)
    expect(Math.abs(moment(values, 1) / deviation)).toBeLessThan(0.02)
    expect(Math.abs(Math.sqrt(moment(values, 2)) / deviation - 1)).toBeLessThan(0.02)
    expect(moment(values, 4) / moment(values, 2) ** 2 / 3).toBeCloseTo(1, 1)
  })

  it('fc and biases: uniform within 1 / sqrt(fan-in)', () => {
    const weight = initial('fc.weight').map(Math.abs)
    const bound = 1 / Math.sqrt(2048)
    expect(weight.every((value) => value <= bound)).toBe(true)
    expect(Math.max(...weight)).toBeGreaterThan(0.99 * bound)
    const bias = initial('layer4.0.se.fc2.bias').map(Math.abs)
    expect(Math.max(...bias)).toBeLessThanOrEqual(1 / Math.sqrt(128))
    expect(Math.max(...bias)).toBeGreaterThan(0.99 / Math.sqrt(128))
  })

  it('scales 1 but the last of a block 0, offsets 0, running mean 0, running variance 1', () => {
    const all = (name: string) => [...new Set(initial(name))]
    expect([all('bn1.weight'), all('layer1.0.bn3.weight'), all('layer1.0.downsample.1.weight')]).toEqual([
      [1],
      [0],
      [1],
    ])
    expect([all('bn1.bias'), all('bn1.running_mean'), all('bn1.running_var')]).toEqual([[0], [0], [1]])
  })
})

describe('the seed', () => {
  it('gives these values on every machine', () => {
    expect([...initial('conv1.weight').slice(0, 3)]).toMatchInlineSnapshot(`
      [
        0.023490794003009796,
        0.028373416513204575,
        -0.0399518683552742,
      ]
    `)
  })

  it('changes every random tensor, and a tensor does not depend on the others', () => {
    expect(initial('fc.weight', 1)).not.toEqual(initial('fc.weight', 2))
    const options = { layers: [1, 1], channels: [8, 16], cardinality: 2, baseWidth: 16 }
    const [one, two] = ['one', 'two'].map((scope, i) =>
      createSeResNeXt({ ...options, layers: [1, 1 + i] }, { seed: 4, scope }),
    )
    const [first, second] = [one.stateDict(), two.stateDict()]
    for (const [name, tensor] of first) expect(second.get(name), name).toEqual(tensor)
    one.dispose()
    two.dispose()
  })

  it('must be an integer from 0 on', () => {
    expect(() => createSeResNeXt({}, { seed: 0.5 })).toThrow(
      'Expected a whole number from 0 to 2^53 - 1 for seed but received 0.5',
    )
    expect(() => createSeResNeXt({}, { seed: Number.NaN })).toThrow('for seed but received NaN')
  })
})

function moment(values: Float32Array, order: number): number {
  return values.reduce((sum, value) => sum + value ** order, 0) / values.length
}
