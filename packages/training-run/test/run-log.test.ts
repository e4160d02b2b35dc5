import { readFileSync } from 'node:fs'
import { describe, expect, it } from 'vitest'
import { openRunLog } from '../src/run-log.ts'
import { runPaths } from '../src/run-paths.ts'
import { temporaryFolder } from './temporary-folder.ts'

describe('run log', () => {
  it('has a JSON line for each write, without a clock, and a scalar for each number in the event file', () => {
    const dir = temporaryFolder()
    const log = openRunLog(dir)
    log.write('train', 10, 1, { loss: 0.5 }, { secondsPerStep: 1.25 })
    log.write('validation', 12, 1, { loss: 0.25, rocAuc: null })
    log.close()
    expect(readFileSync(runPaths(dir).metrics, 'utf8')).toBe(
      '{"kind":"train","epoch":1,"step":10,"loss":0.5}\n{"kind":"validation","epoch":1,"step":12,"loss":0.25,"rocAuc":null}\n',
    )
    const events = readFileSync(runPaths(dir).events, 'latin1')
    expect(events).toContain('brain.Event:2')
    expect(events.match(/(train|validation)\/[a-zA-Z]+/g)).toEqual([
      'train/loss',
      'train/secondsPerStep',
      'validation/loss',
    ])
  })

  it('is cut to a checkpoint’s position and ends as if never stopped', () => {
    const whole = temporaryFolder()
    const stopped = temporaryFolder()
    const first = openRunLog(whole)
    first.write('train', 1, 1, { loss: 1 }, { secondsPerStep: 1 })
    first.write('train', 2, 2, { loss: 0.5 }, { secondsPerStep: 1 })
    const end = first.position()
    first.close()

    const before = openRunLog(stopped)
    before.write('train', 1, 1, { loss: 1 }, { secondsPerStep: 3 })
    const position = before.position()
    before.write('train', 2, 2, { loss: 0.7 }, { secondsPerStep: 3 })
    before.close()
    const after = openRunLog(stopped, position)
    after.write('train', 2, 2, { loss: 0.5 }, { secondsPerStep: 2 })
    expect(after.position()).toEqual(end)
    after.close()
    expect(readFileSync(runPaths(stopped).metrics)).toEqual(readFileSync(runPaths(whole).metrics))
  })
})
