import { mkdtempSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { silentContext } from '@mammokit/command-line'
import { encodeSafetensors, type SafetensorsTensor } from '@mammokit/safetensors'
import { describe, expect, it } from 'vitest'
import { parseConfig } from '../../src/index.ts'
import { findInitialWeights, readInitialWeights } from '../../src/train/initial-weights.ts'

const timms = {
  architecture: 'seresnext26t_32x4d',
  num_classes: 1000,
  pretrained_cfg: {
    mean: [0.485, 0.456, 0.406],
    std: [0.229, 0.224, 0.225],
    input_size: [3, 224, 224],
    interpolation: 'bicubic',
    first_conv: 'conv1.0',
    license: 'apache-2.0',
  },
}
const state = new Map<string, SafetensorsTensor>([
  ['conv1.0.weight', { dtype: 'F32', shape: [1, 3, 1, 1], data: Float32Array.of(1, 2, 3) }],
  ['conv1.1.running_mean', { dtype: 'F32', shape: [1], data: Float32Array.of(0) }],
])

function weightsFile(): string {
  const folder = mkdtempSync(join(tmpdir(), 'initial-weights-'))
  writeFileSync(join(folder, 'config.json'), JSON.stringify(timms))
  writeFileSync(join(folder, 'model.safetensors'), encodeSafetensors(state))
  return join(folder, 'model.safetensors')
}

describe('readInitialWeights', () => {
  it("folds colors into gray with the run's normalization, by the config.json beside the file", async () => {
    const model = { layers: [2, 2, 2, 2], stemType: 'deep_tiered', stemWidth: 32, avgDown: true }
    const config = parseConfig({ pretrained: weightsFile(), model, image: { mean: 0.5, std: 0.2 } })
    const found = await readInitialWeights(config, silentContext)
    const expected = 0.2 / 0.229 + 0.4 / 0.224 + 0.6 / 0.225
    expect(found?.state.get('conv1.0.weight')?.data[0]).toBeCloseTo(expected, 5)
    const shift = 0.015 / 0.229 + (2 * 0.044) / 0.224 + (3 * 0.094) / 0.225
    expect(found?.state.get('conv1.1.running_mean')?.data[0]).toBeCloseTo(-shift, 5)
  })

  it('names the options that make the network that of the weights', async () => {
    const config = parseConfig({ pretrained: weightsFile(), model: { globalPool: 'gem', dropRate: 0.1 } })
    await expect(readInitialWeights(config, silentContext)).rejects.toThrow(
      'Give --option model.layers=[2,2,2,2] --option model.stemType=deep_tiered --option model.stemWidth=32 --option model.avgDown=true.',
    )
  })

  it('fetches nothing for a dry run, and says so; a file that is not there is an error', async () => {
    const lines: string[] = []
    const progress = { ...silentContext.progress, line: (text: string) => lines.push(text) }
    const pretrained = 'seresnext26t_32x4d.not_in_any_cache'
    expect(await findInitialWeights(parseConfig({ pretrained }), { progress })).toBeUndefined()
    expect(lines).toEqual([`The weights ${pretrained} are not on this machine: training fetches them first`])
    const missing = parseConfig({ pretrained: 'nowhere/model.safetensors' })
    await expect(findInitialWeights(missing, { progress })).rejects.toThrow('nowhere/model.safetensors')
  })

  it('asks for the commit that the run began with', async () => {
    const commit = 'ab'.repeat(20)
    const config = parseConfig({ pretrained: 'seresnext26t_32x4d' })
    const options = { origin: `timm/seresnext26t_32x4d.bt_in1k@${commit}`, isOffline: true }
    await expect(readInitialWeights(config, silentContext, options)).rejects.toThrow(
      join('snapshots', commit, 'model.safetensors'),
    )
  })

  it('says how a pickle becomes a safetensors file', async () => {
    const config = parseConfig({ pretrained: 'seresnext50.pth' })
    await expect(readInitialWeights(config, silentContext)).rejects.toThrow('these two lines of Python')
  })
})
