import { readRunConfig } from '@mammokit/training-run'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { startThread } from '../src/asked-thread.ts'
import { computeSamples, type SampleQuestion } from '../src/predict/compute-sample.ts'
import { startSampleThread } from '../src/predict/recompute-predictions.ts'
import { openSubsets } from '../src/predict/subset-rows.ts'
import { startDrawing } from '../src/report/drawing.ts'
import type { Plot } from '../src/report/plot.ts'
import { renderPlot } from '../src/report/render-plot.ts'
import { makeTinyRun, type TinyRun } from './tiny-run.ts'

const built = new URL('../dist/asked-thread.js', import.meta.url).href
const threadOf = (code: string) => new URL(`data:text/javascript,${encodeURIComponent(code)}`)

let tiny: TinyRun
beforeAll(async () => {
  tiny = await makeTinyRun()
})
afterAll(() => tiny.remove())

test('a thread answers one question after another, and ends when it is closed', async () => {
  const code = `import { answerQuestions } from '${built}'
    let open = 0
    answerQuestions(async (x) => { open++; await new Promise((done) => setTimeout(done, 5)); return [2 * x, open--] })`
  const thread = startThread<number, number[]>(threadOf(code))
  expect(await Promise.all([1, 2, 3].map((x) => thread.ask(x)))).toEqual([
    [2, 1],
    [4, 1],
    [6, 1],
  ])
  await thread.close()
  expect(await thread.ask(4)).toBeUndefined()
})

test('a question that fails, and one to a thread that cannot start, has no answer', async () => {
  const failing = startThread(
    threadOf(`import { answerQuestions } from '${built}'
    answerQuestions(async () => { throw new Error('no') })`),
  )
  expect(await failing.ask(1)).toBeUndefined()
  await failing.close()
  const absent = startThread(new URL('./no-such-file.js', import.meta.url))
  expect(await absent.ask(1)).toBeUndefined()
  await absent.close()
})

test('the thread of samples gives what this one does, and no error of its own', async () => {
  const { run, data } = tiny
  const { rows } = (await openSubsets(data, await readRunConfig(run))).read({ subset: 'test' })
  const question: SampleQuestion = {
    run,
    epoch: 1,
    engine: 'onnxruntime',
    device: 'cpu',
    precision: 'float32',
    threads: 1,
    workers: 1,
    batchSize: 4,
    augmentations: [],
    samples: [rows.slice(0, 3), rows.slice(5, 7)],
  }
  const thread = startSampleThread()
  expect(await thread.ask(question)).toEqual(await computeSamples(question))
  expect(await thread.ask({ ...question, epoch: 7 })).toBeUndefined()
  await thread.close()
})

test('the thread that draws gives what this one does', async () => {
  const plot: Plot = { width: 40, height: 20, data: { values: [{ x: 1, y: 2 }] }, mark: 'point' }
  const drawing = startDrawing()
  expect(await drawing.plotOf(plot, 'A point')).toEqual(await renderPlot(plot, 'A point'))
  await drawing.close()
})
