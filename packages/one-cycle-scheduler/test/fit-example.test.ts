import { expect, test } from 'vitest'
import { oneCycleLr } from '../src/index.ts'

test('examples/fit.js drives a tfjs optimizer through one cycle and fits a line', async () => {
  const { fitLine } = (await import(new URL('../examples/fit.js', import.meta.url).href)) as {
    fitLine: () => Promise<{ losses: number[]; learningRates: number[] }>
  }
  const { losses, learningRates } = await fitLine()
  const schedule = oneCycleLr({ maxLr: 0.3, totalSteps: 160 })
  expect(learningRates).toEqual(Array.from({ length: 160 }, (_, step) => schedule(step).lr))
  expect(losses.at(-1)).toBeLessThan(losses[0] / 1000)
})
