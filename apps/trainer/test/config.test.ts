import { readdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { describe, expect, it } from 'vitest'
import { loadConfig, parseAssignment } from '../src/config-file.ts'
import { ConfigError, parseConfig } from '../src/parse-config.ts'
import { temporaryFolder } from './temporary-folder.ts'

describe('parseConfig', () => {
  it('fills in SE-ResNeXt50 32x4d at 1024x512, seed 13 and one-cycle', () => {
    const config = parseConfig({})
    expect(config.model.layers).toEqual([3, 4, 6, 3])
    expect(config.image).toMatchObject({ height: 1024, width: 512 })
    expect(config.training).toMatchObject({ batchSize: 8, epochs: 5, lr: 3e-4, seed: 13 })
    expect(config.training.schedule).toMatchObject({ name: 'one-cycle', divFactor: 25, pctStart: 0.3 })
  })

  it.each([
    [
      { trainig: {} },
      'Expected a known key in the configuration but received trainig. Known there: description, data,',
    ],
    [{ training: { learningRate: 1 } }, 'received training.learningRate. Known there: epochs, batchSize, lr'],
    [{ training: { epochs: 0 } }, 'for training.epochs in the configuration but received 0.'],
    [{ training: { epochs: '3' } }, 'Expected number for training.epochs in the configuration but received "3".'],
    [{ training: { schedule: { name: 'step' } } }, 'training.schedule.name'],
    [{ training: { schedule: { name: 'cosine', pctStart: 1 } } }, 'received training.schedule.pctStart'],
    [{ engine: 'cuda' }, 'for engine in the configuration but received "cuda".'],
    [{ model: { layers: [1, 2] } }, 'model.layers'],
    [{ training: { sampling: 'random' } }, 'training.sampling in the configuration but received "random".'],
    [[], 'received []'],
  ])('rejects %j by the name of its key', (input, message) => {
    expect(() => parseConfig(input)).toThrow(ConfigError)
    expect(() => parseConfig(input)).toThrow(message)
  })
})

describe('loadConfig', () => {
  const dir = temporaryFolder()

  it('lays flags over the file and the file over the defaults', async () => {
    const path = join(dir, 'a.json')
    writeFileSync(path, '{"training": {"epochs": 2, "lr": 0.1}}')
    const config = await loadConfig(path, { 'training.lr': 0.2, 'split.seed': 7 })
    expect(config.training).toMatchObject({ epochs: 2, lr: 0.2, batchSize: 8 })
    expect(config.split.seed).toBe(7)
  })

  it('names a file that is absent, that is not JSON and that is no object', async () => {
    await expect(loadConfig(join(dir, 'none.json'))).rejects.toThrow('none.json (ENOENT)')
    writeFileSync(join(dir, 'b.json'), '{"training":')
    await expect(loadConfig(join(dir, 'b.json'))).rejects.toThrow(/Expected JSON in .*b\.json/)
    writeFileSync(join(dir, 'c.json'), '[1]')
    await expect(loadConfig(join(dir, 'c.json'))).rejects.toThrow('Expected a JSON object')
  })

  it('reads an assignment’s value as JSON and else as text', () => {
    expect(parseAssignment('training.lr=1e-4')).toEqual(['training.lr', 1e-4])
    expect(parseAssignment('run=runs/a=b')).toEqual(['run', 'runs/a=b'])
    expect(() => parseAssignment('epochs')).toThrow('Expected KEY=VALUE for --set but received epochs.')
  })

  const configs = fileURLToPath(new URL('../configs/', import.meta.url))
  it.each(readdirSync(configs))('accepts configs/%s, which says its command, time and score', async (name) => {
    const { description } = await loadConfig(join(configs, name))
    expect(description).toMatch(/mammokit-trainer/)
    expect(description).toMatch(/time/i)
    expect(description).toMatch(/score/i)
  })
})
