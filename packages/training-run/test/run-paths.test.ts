import { join } from 'node:path'
import { expect, test } from 'vitest'
import { commandFor, runPaths } from '../src/run-paths.ts'

test('names the command that makes a result again, of the cases of another place and of a network on augmented images too', () => {
  const run = join('runs', 'default')
  expect(commandFor('predict', run, 'val')).toBe(`mammokit-evaluator predict --run ${run} --subset val`)
  expect(commandFor('test', run, 'test')).toBe(`mammokit-evaluator test --run ${run}`)
  expect(commandFor('test', run, 'val')).toBe(`mammokit-evaluator test --run ${run} --subset val`)
  const ofMember = commandFor('predict', runPaths(run).member(1), 'val')
  expect(ofMember).toBe(`mammokit-evaluator predict --run ${run} --subset val`)
  const ofSite = `mammokit-evaluator test --run ${run} --external DIR --name clinic`
  expect(commandFor('predict', runPaths(run).site('clinic'), 'test')).toBe(ofSite)
})
