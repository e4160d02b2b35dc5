import { readFileSync, rmSync, truncateSync, writeFileSync } from 'node:fs'
import { describe, expect, it } from 'vitest'
import { openRunLog } from '../../src/log/run-log.ts'
import { runPaths } from '../../src/run-paths.ts'
import type { RunLogPosition } from '../../src/schema/trainer-state.ts'
import { temporaryFolder } from '../temporary-folder.ts'

describe('run log', () => {
  it('has a JSON line for each write, without a clock, and a scalar for each number in the event file', () => {
    const run = temporaryFolder()
    const log = openRunLog(run)
    log.write('train', 10, 1, { loss: 0.5 }, { secondsPerStep: 1.25 })
    log.write('validation', 12, 1, { loss: 0.25, rocAuc: null })
    log.close()
    expect(readFileSync(runPaths(run).metrics, 'utf8')).toBe(
      '{"kind":"train","epoch":1,"step":10,"loss":0.5}\n{"kind":"validation","epoch":1,"step":12,"loss":0.25,"rocAuc":null}\n',
    )
    const events = readFileSync(runPaths(run).events, 'latin1')
    expect(events).toContain('brain.Event:2')
    expect(events.match(/(train|validation)\/[a-zA-Z]+/g)).toEqual([
      'train/loss',
      'train/secondsPerStep',
      'validation/loss',
    ])
  })

  it('is cut to a checkpoint’s position and ends as if never stopped', () => {
    const [whole, stopped] = [temporaryFolder(), temporaryFolder()]
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
    expect(after.notes).toEqual([])
    after.write('train', 2, 2, { loss: 0.5 }, { secondsPerStep: 2 })
    expect(after.position()).toEqual(end)
    after.close()
    expect(readFileSync(runPaths(stopped).metrics)).toEqual(readFileSync(runPaths(whole).metrics))
  })
})

describe('a log that is not as its checkpoint left it', () => {
  const firstLines = '{"kind":"train","epoch":1,"step":1,"loss":1}\n{"kind":"train","epoch":1,"step":2,"loss":0.5}\n'

  function logged(): { run: string; position: RunLogPosition } {
    const run = temporaryFolder()
    const log = openRunLog(run)
    for (const step of [1, 2]) log.write('train', step, 1, { loss: 1 / step })
    const position = log.position()
    log.close()
    return { run, position }
  }

  const cases: [string, (path: string) => void, RegExp, string][] = [
    ['deleted', (path) => rmSync(path), /metrics\.jsonl is gone; it starts anew/, ''],
    ['emptied', (path) => truncateSync(path, 0), /was cut: it has 0 of \d+ bytes/, ''],
    ['cut within a line', (path) => truncateSync(path, 60), /was cut: it has 60 of \d+ bytes/, firstLines.slice(0, 45)],
    ['edited', (path) => replace(path, '0.5', '0.4'), /was edited; it goes on/, firstLines.replace('0.5', '0.4')],
    [
      'broken',
      (path) => replace(path, '"step":2', '"step"-2'),
      /was edited \(line 2 is no line/,
      firstLines.replace('"step":2', '"step"-2'),
    ],
    [
      'lengthened',
      (path) => replace(path, '"loss":1', '"loss":1.25'),
      /was edited/,
      firstLines.replace('"loss":1}', '"loss":1.25}').slice(0, 48),
    ],
  ]

  it.each(cases)('(metrics.jsonl %s) is said; what is left goes on', (_, spoil, note, kept) => {
    const { run, position } = logged()
    spoil(runPaths(run).metrics)
    const log = openRunLog(run, position)
    expect(log.notes).toEqual([expect.stringMatching(note)])
    log.write('train', 3, 1, { loss: 0.25 })
    const next = log.position()
    log.close()
    const text = readFileSync(runPaths(run).metrics, 'utf8')
    expect(text).toBe(`${kept}{"kind":"train","epoch":1,"step":3,"loss":0.25}\n`)
    const again = openRunLog(run, next)
    expect(again.notes).toEqual([])
    again.close()
  })

  it('without a checksum, as of version 0.1.0, is said where a line is none', () => {
    const { run, position } = logged()
    replace(runPaths(run).metrics, '"loss":0.5', '"loss":0,5')
    const log = openRunLog(run, { metricsBytes: position.metricsBytes, eventBytes: position.eventBytes })
    expect(log.notes).toEqual([expect.stringContaining('line 2 is no line of metrics')])
    log.close()
  })

  it.each([
    ['deleted', (path: string) => rmSync(path), /is gone/],
    ['cut', (path: string) => truncateSync(path, 70), /was cut or edited: \d+ of \d+ bytes are whole records/],
    ['edited', (path: string) => replace(path, 'train/loss', 'train/lose'), /was cut or edited/],
  ])('(event file %s) is said', (_, spoil, note) => {
    const { run, position } = logged()
    spoil(runPaths(run).events)
    const log = openRunLog(run, position)
    expect(log.notes).toEqual([expect.stringMatching(note)])
    log.close()
  })
})

function replace(path: string, before: string, after: string): void {
  writeFileSync(path, readFileSync(path, 'latin1').replace(before, after), 'latin1')
}
