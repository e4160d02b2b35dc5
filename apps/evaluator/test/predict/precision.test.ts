/** In half precision, which ONNX Runtime computes on a processor too, slower than float32. */
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { silentContext } from '@mammokit/command-line'
import { readPredictions } from '@mammokit/training-run'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { explain, predict, predictStudy, select, test as testRun } from '../../src/index.ts'
import { makeTinyRun, type TinyRun } from '../tiny-run.ts'

const few = { threads: 1, workers: 1 } as const
const half = { ...few, precision: 'float16' } as const
let tiny: TinyRun
beforeAll(async () => {
  tiny = await makeTinyRun()
})
afterAll(() => tiny.remove())

async function logitsOf(run: string): Promise<number[]> {
  return (await readPredictions(run, 'val', 2)).images.map(({ logit }) => logit)
}

describe('--precision float16', () => {
  it('gives other logits than float32, by at most 0.01, says so in the file, and is replaced where float32 is asked for', async () => {
    const { data, run } = tiny.copy()
    const { written } = await predict({ data, run, epoch: 2, ...half })
    const rounded = await logitsOf(run)
    expect(await readPredictions(run, 'val', 2)).toMatchObject({ precision: 'float16' })
    expect(await predict({ data, run, epoch: 2, ...half })).toMatchObject({ written: [], kept: written })

    const lines: string[] = []
    const progress = { ...silentContext.progress, line: (text: string) => lines.push(text) }
    expect(await predict({ data, run, epoch: 2, ...few }, { progress })).toMatchObject({ written, kept: [] })
    expect(lines).toContain('Predicting epoch-002 again: what is there was computed in float16.')
    const exact = await logitsOf(run)
    const differences = exact.map((logit, i) => Math.abs(logit - rounded[i]!))
    expect(Math.max(...differences)).toBeGreaterThan(1e-7)
    expect(Math.max(...differences)).toBeLessThan(0.01)
    expect(readFileSync(written[0]!.replace('.csv', '.json'), 'utf8')).not.toContain('precision')
    expect(await predict({ data, run, epoch: 2, ...half })).toMatchObject({ written: [], kept: written })
  })

  it('is that of select in test and explain: another one is refused by name', async () => {
    const { data, run } = tiny.copy()
    await predict({ data, run, ...half })
    await select({ data, run, resamples: 20 })
    const selection = join(run, 'selection.json')
    await expect(testRun({ data, run, ...few, resamples: 20 })).rejects.toMatchObject({
      code: 'precision-differs',
      message: `Expected --precision float16, in which the predictions behind ${selection} were computed, but received float32. Test with that, or predict and select again.`,
    })
    expect(await testRun({ data, run, ...half, resamples: 20 })).toMatchObject({ subset: 'test' })
    const found = await explain({ data, run, ...half, images: 1 })
    expect(found.images).toBe(16)
  })

  it('is refused for an ONNX file, which has its own, and by an engine without it', async () => {
    const { data, run } = tiny
    const study = join(data, 'raw')
    await expect(predictStudy({ study, precision: 'float16' })).rejects.toMatchObject({
      code: 'bad-input',
      message: expect.stringMatching(
        /^Expected no precision for the ONNX file .*, which has its own, but received float16\./,
      ),
    })
    await expect(predict({ data, run, ...half, device: 'openvino' })).rejects.toMatchObject({
      name: 'TensorEngineError',
    })
  })
})

describe('--precision bfloat16', () => {
  const { MAMMOKIT_OPENVINO } = process.env

  it('is refused by a device without it', async () => {
    const { data, run } = tiny
    await expect(predict({ data, run, ...few, precision: 'bfloat16' })).rejects.toMatchObject({
      name: 'TensorEngineError',
      message: expect.stringMatching(/bfloat16/),
    })
  })

  it.skipIf(MAMMOKIT_OPENVINO === undefined)(
    'on openvino, which MAMMOKIT_OPENVINO names, gives other logits than float32, and test computes a sample again in it',
    async () => {
      const { data, run } = tiny.copy()
      const openVino = { ...few, device: 'openvino', precision: 'bfloat16' } as const
      await predict({ data, run, ...openVino })
      const rounded = await logitsOf(run)
      expect(await readPredictions(run, 'val', 2)).toMatchObject({ precision: 'bfloat16' })
      await select({ data, run, resamples: 20 })
      expect(await testRun({ data, run, ...openVino, resamples: 20 })).toMatchObject({ subset: 'test' })
      await predict({ data, run, ...few })
      const exact = await logitsOf(run)
      const differences = exact.map((logit, i) => Math.abs(logit - rounded[i]!))
      expect(Math.max(...differences)).toBeGreaterThan(1e-6)
      expect(Math.max(...differences)).toBeLessThan(0.1)
    },
  )
})
