import { spawnSync } from 'node:child_process'
import { fileURLToPath } from 'node:url'
import { describe, expect, it } from 'vitest'
import { type HostTensor, loadOpenVino, type OpenVinoSession } from '../src/index.ts'
import { obstacle } from './openvino.ts'
import { readModel, readRuns } from './recorded.ts'

async function withSession<Result>(name: string, work: (session: OpenVinoSession) => Promise<Result>): Promise<Result> {
  const session = await loadOpenVino().createSession(readModel(name), { threads: 1 })
  try {
    return await work(session)
  } finally {
    await session.release()
  }
}

function expectClose(got: HostTensor | undefined, want: HostTensor): void {
  expect(got).toMatchObject({ type: want.type, dims: want.dims })
  const largest = Math.max(...Array.from(want.data, (value) => Math.abs(Number(value))))
  for (const [i, value] of want.data.entries())
    expect(Math.abs(Number(got!.data[i]) - Number(value))).toBeLessThanOrEqual(1e-6 * largest)
}

describe.skipIf(obstacle !== undefined)('a session of OpenVINO, which needs MAMMOKIT_OPENVINO and koffi', () => {
  it('equals the reference evaluator of ONNX for batches of 1 and 3 of an open batch size, |delta| <= 1e-6 of the largest', () =>
    withSession('network', async (session) => {
      expect(session.inputs).toEqual([
        { name: 'images', type: 'float32', shape: [null, 1, 6, 5] },
        { name: 'scale', type: 'float32', shape: [] },
      ])
      for (const { feeds, results } of readRuns('network')) {
        const fetched = await session.run(feeds)
        expect(Object.keys(fetched).sort()).toEqual(['logits', 'rectified'])
        for (const name of ['logits', 'rectified']) expectClose(fetched[name], results[name]!)
      }
    }))

  it('takes and returns int32, int64 and bool exactly, in the arrays that are passed for outputs', () =>
    withSession('whole-numbers', async (session) => {
      const [{ feeds, results }] = readRuns('whole-numbers') as [ReturnType<typeof readRuns>[0]]
      const next: HostTensor = { type: 'int32', data: new Int32Array(6), dims: [3, 2] }
      const fetched = await session.run(feeds, { next, isLarge: null })
      expect(fetched.next.data).toBe(next.data)
      expect(fetched).toEqual({ next: results.next, isLarge: results.isLarge })
      // An output that is not asked for is not written to the array of an earlier run.
      next.data.fill(42 as never)
      expect(Object.keys(await session.run(feeds, { isLarge: null }))).toEqual(['isLarge'])
      expect(new Set(next.data)).toEqual(new Set([42]))
    }))

  it('runs calls that come at once one after the other, each on its own values', () =>
    withSession('network', async (session) => {
      const runs = [...readRuns('network'), ...readRuns('network')]
      const fetched = await Promise.all(runs.map(({ feeds }) => session.run(feeds)))
      for (const [i, { results }] of runs.entries()) expectClose(fetched[i]!.logits, results.logits!)
    }))

  it('names what is wrong with an input or output, and runs on', () =>
    withSession('network', async (session) => {
      const [{ feeds, results }] = readRuns('network') as [ReturnType<typeof readRuns>[0]]
      const images = feeds.images!
      const wrong: [Parameters<OpenVinoSession['run']>, string][] = [
        [[{ images }], 'Expected float32 [] for scale but received none.'],
        [[{ ...feeds, image: images }], 'Expected one of images, scale for an input but received image.'],
        [[feeds, { logit: null }], 'Expected one of logits, rectified for an output but received logit.'],
        [[{ ...feeds, images: { ...images, dims: [1, 1, 5, 6] } }], 'but received [1, 1, 5, 6].'],
        [[{ ...feeds, images: { ...images, dims: [2, 1, 6, 5] } }], 'but received 30 numbers for [2, 1, 6, 5].'],
        [[{ ...feeds, images: { ...images, type: 'float64' } }], 'but received float64 [1, 1, 6, 5].'],
        [[{ ...feeds, images: { ...images, data: new Float64Array(30) } }], 'an array that is no Float32Array.'],
      ]
      for (const [args, message] of wrong)
        await expect(session.run(...args)).rejects.toMatchObject({
          code: 'bad-input',
          message: expect.stringContaining(message),
        })
      expectClose((await session.run(feeds)).logits, results.logits!)
    }))

  it('refuses an output in the memory of an input', () =>
    withSession('whole-numbers', async (session) => {
      const [{ feeds }] = readRuns('whole-numbers') as [ReturnType<typeof readRuns>[0]]
      const shared = new Int32Array(8)
      const table = { ...feeds.table!, data: shared }
      const next = { type: 'int32', data: shared.subarray(2), dims: [3, 2] } as const
      await expect(session.run({ ...feeds, table }, { next })).rejects.toMatchObject({ code: 'bad-input' })
    }))

  it('ends after the run that is going on, and refuses those that come later', async () => {
    const session = await loadOpenVino().createSession(readModel('network'))
    const [{ feeds, results }] = readRuns('network') as [ReturnType<typeof readRuns>[0]]
    const running = session.run(feeds)
    await session.release()
    expectClose((await running).logits, results.logits!)
    await session.release()
    await expect(session.run(feeds)).rejects.toMatchObject({ code: 'released' })
  })

  it('refuses bytes that are no model, and a model that is cut off, with what OpenVINO says', async () => {
    const openVino = loadOpenVino()
    for (const bytes of [new Uint8Array([1, 2, 3]), readModel('network').subarray(0, 200), new Uint8Array(0)])
      await expect(openVino.createSession(bytes)).rejects.toMatchObject({
        code: 'not-a-model',
        message: expect.stringMatching(
          /^Expected an ONNX model that OpenVINO supports but received this error from OpenVINO: \S/,
        ),
      })
  })

  it('refuses bfloat16 where the processor lacks it, and computes with it elsewhere within 2 % of the largest', async () => {
    const openVino = loadOpenVino()
    const opening = openVino.createSession(readModel('network'), { precision: 'bfloat16' })
    if (!openVino.precisions.includes('bfloat16')) {
      await expect(opening).rejects.toMatchObject({ code: 'unsupported-precision' })
      return
    }
    const session = await opening
    const [{ feeds, results }] = readRuns('network') as [ReturnType<typeof readRuns>[0]]
    const { logits } = await session.run(feeds)
    const want = Array.from(results.logits!.data, Number)
    const largest = Math.max(...want.map(Math.abs))
    for (const [i, value] of want.entries())
      expect(Math.abs(Number(logits!.data[i]) - value)).toBeLessThanOrEqual(0.02 * largest)
    await session.release()
  })

  it('keeps its memory over 1,000 runs and 20 sessions, timers go on meanwhile, and a process may end during a run', () => {
    const script = fileURLToPath(new URL('run-often.mjs', import.meta.url))
    const { status, stdout, stderr } = spawnSync(process.execPath, ['--expose-gc', script], { encoding: 'utf8' })
    expect({ status, stderr }).toEqual({ status: 7, stderr: '' })
    const { growthOfRuns, growthOfSessions, ticks } = JSON.parse(stdout)
    expect(ticks).toBeGreaterThan(0)
    expect(growthOfRuns).toBeLessThan(16e6)
    expect(growthOfSessions).toBeLessThan(32e6)
  })
})
