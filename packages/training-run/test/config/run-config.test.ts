import { readFileSync, rmSync, writeFileSync } from 'node:fs'
import { describe, expect, it } from 'vitest'
import { assertSamePreprocessing, assertTrains, readRunConfig, writeRunConfig } from '../../src/config/run-config.ts'
import { runPaths } from '../../src/run-paths.ts'
import { changed, checkpointAt, config } from '../a-run.ts'
import { temporaryFolder } from '../temporary-folder.ts'

async function begun(values: Readonly<Record<string, unknown>> = {}): Promise<string> {
  const run = temporaryFolder()
  await writeRunConfig(run, changed(values), undefined)
  return run
}

describe('config.json', () => {
  it('keeps the folder of an ensemble from being trained in', async () => {
    const run = temporaryFolder()
    const members = [{ run: '../a', epoch: 1 }]
    writeFileSync(
      runPaths(run).config,
      JSON.stringify({ ...config, ensemble: { combine: 'logits', augmentations: ['flip'], members } }),
    )
    await expect(assertTrains(run)).rejects.toThrow('which is an ensemble.')
    expect((await readRunConfig(run)).ensemble?.members).toEqual(members)
  })

  it('comes back as it was written', async () => {
    const run = await begun()
    expect(await readRunConfig(run)).toEqual(config)
  })

  it('may change in every key while the run has no checkpoint', async () => {
    const run = await begun()
    const other = changed({ 'training.lr': 0.5, engine: 'tensorflow', 'data.splitsSha256': 'cd' })
    await writeRunConfig(run, other, undefined)
    expect(await readRunConfig(run)).toEqual(other)
    writeFileSync(runPaths(run).config, '{ broken')
    await writeRunConfig(run, config, undefined)
    expect(await readRunConfig(run)).toEqual(config)
  })

  it('may change in the keys that decide about no weight, and says what is so now', async () => {
    const run = await begun()
    const other = changed({
      'training.logEvery': 1,
      'training.saveEvery': 2,
      description: 'again',
      mammokit: '0.2.0',
      'data.dir': 'elsewhere',
      'data.leftOut': 3,
      versions: { node: '24' },
    })
    await writeRunConfig(run, other, checkpointAt(6))
    expect(await readRunConfig(run)).toEqual(other)
    const bytes = readFileSync(runPaths(run).config)
    await writeRunConfig(run, other, checkpointAt(6))
    expect(readFileSync(runPaths(run).config)).toEqual(bytes)
  })

  it('may have options that are new since the run began, where they are off', async () => {
    const run = await begun()
    const off = changed({
      'training.auxiliary': null,
      'training.recompute': false,
      'model.fusion': null,
      'training.precision': 'float32',
      'training.lossScale': { initialScale: 65536 },
    })
    await writeRunConfig(run, off, checkpointAt(6))
    expect(await readRunConfig(run)).toEqual(off)
    const on = changed({ 'training.auxiliary': { density: 0.1 } })
    await expect(writeRunConfig(run, on, checkpointAt(6))).rejects.toThrow('Expected training.auxiliary null for')
    const half = changed({ 'training.precision': 'float16', 'training.lossScale': { initialScale: 65536 } })
    await expect(writeRunConfig(run, half, checkpointAt(6))).rejects.toThrow('Expected training.precision "float32"')
  })

  it.each([
    ['training.lr', 0.5, '0.001', '--option training.lr=0.001'],
    ['training.emaDecay', 0.9, 'null', '--option training.emaDecay=null'],
    ['training.schedule.name', 'cosine', '"one-cycle"', '--option training.schedule.name=one-cycle'],
    ['training.precision', 'bfloat16', '"float32"', '--option training.precision=float32'],
    ['model.layers', [1, 3], '[1,2]', "--option 'model.layers=[1,2]'"],
    ['image.height', 128, '64', '--option image.height=64'],
    ['engine', 'tensorflow', '"onnxruntime"', '--option engine=onnxruntime'],
    ['data.splitsSha256', 'cd', '"ab"', 'the data folder as it was'],
    ['data.trainImages', 15, '16', 'the data folder as it was'],
    ['preprocessHash', 'ff', '"0123456789abcdef"', 'the data folder as it was'],
  ])('with a checkpoint refuses another %s, with both values and what to type', async (key, now, before, advice) => {
    const run = await begun()
    const writing = writeRunConfig(run, changed({ [key]: now }), checkpointAt(6))
    const message = `Expected ${key} ${before} for ${run}, which has 6 steps of it, but received ${JSON.stringify(now)}. Continue with ${advice}, or start another run with --run ${run}-2.`
    await expect(writing).rejects.toThrow(message)
    await expect(writing).rejects.toMatchObject({ code: 'run-differs', details: { key } })
    expect(await readRunConfig(run)).toEqual(config)
  })

  it('refuses other processed images; a run without a hash of them gets one', async () => {
    const [run, other] = [await begun({ 'data.imagesSha256': 'aa' }), changed({ 'data.imagesSha256': 'bb' })]
    await expect(writeRunConfig(run, other, checkpointAt(6))).rejects.toThrow(
      `Expected data.imagesSha256 "aa" for ${run}, which has 6 steps of it, but received "bb". The processed images are not those that it was trained on. Continue with the images as they were, or start another run with --run ${run}-2.`,
    )
    const old = await begun()
    await writeRunConfig(old, other, checkpointAt(6))
    expect((await readRunConfig(old)).data.imagesSha256).toBe('bb')
  })

  it('refuses to go on with a run that another version of the trainer began, with the command that trains anew', async () => {
    const run = await begun()
    const newer = changed({ trainingVersion: 2 })
    await expect(writeRunConfig(run, newer, checkpointAt(6))).rejects.toThrow(
      `Expected trainingVersion nothing for ${run}, which has 6 steps of it, but received 2. Another version of MammoKit began it, and this one would train other weights. Train anew with --run ${run}-2.`,
    )
    await expect(writeRunConfig(run, changed({ stepVersion: 2 }), checkpointAt(6))).rejects.toThrow(
      'Expected stepVersion nothing for',
    )
    const other = changed({ stepVersion: 2, 'training.lr': 7 })
    await expect(writeRunConfig(run, other, checkpointAt(6))).rejects.toThrow('Expected training.lr')
  })

  it('refuses other weights to start from, by their content and not by their path', async () => {
    const weights = { path: 'timm.safetensors', sha256: 'aa' }
    const run = await begun({ weights })
    await writeRunConfig(run, changed({ weights: { ...weights, path: 'moved.safetensors' } }), checkpointAt(6))
    await expect(writeRunConfig(run, config, checkpointAt(6))).rejects.toThrow(
      'Continue with --pretrained moved.safetensors as it was',
    )
    const random = await begun()
    await expect(writeRunConfig(random, changed({ weights }), checkpointAt(6))).rejects.toThrow(
      'Continue without --pretrained',
    )
  })

  it.each(['reduce-on-plateau', 'cyclic'])('takes more and fewer epochs with %s', async (name) => {
    const run = await begun({ 'training.schedule.name': name })
    const more = changed({ 'training.schedule.name': name, 'training.epochs': 9 })
    await writeRunConfig(run, more, checkpointAt(6))
    expect(await readRunConfig(run)).toEqual(more)
  })

  it.each(['one-cycle', 'cosine'])('refuses more epochs with %s, which spreads its rate over them', async (name) => {
    const run = await begun({ 'training.schedule.name': name })
    const more = changed({ 'training.schedule.name': name, 'training.epochs': 9 })
    await expect(writeRunConfig(run, more, checkpointAt(6))).rejects.toThrow(
      `Its ${name} schedule spreads the learning rate over all epochs. Continue with --option training.epochs=3, or train on from its weights with --pretrained ${run}/checkpoints/epoch-001/model.safetensors --run ${run}-2.`,
    )
    await expect(writeRunConfig(run, more, checkpointAt(3))).rejects.toThrow(`or train anew with --run ${run}-2.`)
  })

  it('that is gone beside checkpoints is missed', async () => {
    const run = await begun()
    rmSync(runPaths(run).config)
    await expect(writeRunConfig(run, config, checkpointAt(6))).rejects.toMatchObject({ code: 'not-found' })
  })

  it.each(Object.keys(config).filter((key) => key !== 'weights'))('without %s is refused by name', async (key) => {
    const run = await begun()
    const { [key]: _, ...rest } = config as Record<string, unknown>
    writeFileSync(runPaths(run).config, JSON.stringify(rest))
    await expect(readRunConfig(run)).rejects.toThrow(`for ${key} in ${runPaths(run).config} but received nothing`)
    await expect(writeRunConfig(run, config, checkpointAt(6))).rejects.toMatchObject({ code: 'file-invalid' })
  })

  it('names what is absent or no JSON', async () => {
    const run = temporaryFolder()
    await expect(readRunConfig(run)).rejects.toMatchObject({ code: 'not-found' })
    writeFileSync(runPaths(run).config, '{')
    await expect(readRunConfig(run)).rejects.toThrow(`Expected JSON in ${runPaths(run).config}`)
  })
})

it('assertSamePreprocessing names both sides', () => {
  assertSamePreprocessing('a', 'the run', 'a', 'the data')
  expect(() => assertSamePreprocessing('a', 'the run', 'b', 'the data')).toThrow(
    'Expected preprocess hash a (the run) but received b (the data)',
  )
})
