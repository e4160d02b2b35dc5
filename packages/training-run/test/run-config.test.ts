import { readFileSync, writeFileSync } from 'node:fs'
import { describe, expect, it } from 'vitest'
import { assertSamePreprocessing, readRunConfig, writeRunConfig } from '../src/run-config.ts'
import { runPaths } from '../src/run-paths.ts'
import type { RunConfig } from '../src/schema/run-config.ts'
import { temporaryFolder } from './temporary-folder.ts'

const config: RunConfig = {
  mammokit: '0.1.0',
  model: { layers: [1], channels: [16], cardinality: 1, baseWidth: 64, stemWidth: 8 },
  image: { height: 64, width: 32, mean: 0.449, std: 0.226 },
  preprocessHash: '0123456789abcdef',
  data: { splitsSha256: 'ab' },
  training: { lr: 1e-3 },
}

describe('config.json', () => {
  it('comes back as it was written, and stays as it is when the same run is started again', async () => {
    const run = temporaryFolder()
    await writeRunConfig(run, config)
    expect(await readRunConfig(run)).toEqual(config)
    const bytes = readFileSync(runPaths(run).config)
    await writeRunConfig(run, { ...config, versions: { node: '99' } })
    expect(readFileSync(runPaths(run).config)).toEqual(bytes)
  })

  it.each([
    [{ training: { lr: 0.5 } }, 'Expected training.lr 0.001 for'],
    [{ data: { splitsSha256: 'cd' } }, 'Expected data.splitsSha256 "ab" for'],
    [{ weights: { path: 'w', sha256: 'ef' } }, 'Expected weights nothing for'],
  ])('refuses to continue a run with %j', async (change, message) => {
    const run = temporaryFolder()
    await writeRunConfig(run, config)
    await expect(writeRunConfig(run, { ...config, ...change })).rejects.toThrow(message)
    await expect(writeRunConfig(run, { ...config, ...change })).rejects.toMatchObject({ code: 'run-differs' })
  })

  it('names what is absent, no JSON, or without a part', async () => {
    const run = temporaryFolder()
    await expect(readRunConfig(run)).rejects.toMatchObject({ code: 'not-found' })
    writeFileSync(runPaths(run).config, '{')
    await expect(readRunConfig(run)).rejects.toThrow(`Expected JSON in ${runPaths(run).config}`)
    writeFileSync(runPaths(run).config, '{}')
    await expect(readRunConfig(run)).rejects.toMatchObject({ code: 'file-invalid', details: { key: 'model' } })
  })
})

it('assertSamePreprocessing names both sides', () => {
  assertSamePreprocessing('a', 'the run', 'a', 'the data')
  expect(() => assertSamePreprocessing('a', 'the run', 'b', 'the data')).toThrow(
    'Expected preprocess hash a (the run) but received b (the data)',
  )
})
