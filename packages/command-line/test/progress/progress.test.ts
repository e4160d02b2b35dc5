import { PassThrough } from 'node:stream'
import { afterEach, beforeEach, describe, expect, it, test, vi } from 'vitest'
import { formatBytes, formatDuration, type OutputStream, plainProgress, streamProgress } from '../../src/index.ts'

beforeEach(() => void vi.useFakeTimers({ toFake: ['performance'] }))
afterEach(() => void vi.useRealTimers())
const withoutMemory = (lines: readonly string[]) => lines.map((line) => line.replace(/[\d.]+ [MG]B/, 'MEMORY'))

describe('plainProgress', () => {
  it('writes a line at every tenth of a stage, with speed, memory, time left and the last note', () => {
    const lines: string[] = []
    const progress = plainProgress((line) => lines.push(line))
    progress.start('epoch 1/2', 40, { unit: 'images', unitsPerItem: 8 })
    for (let done = 1; done <= 40; done++) {
      vi.advanceTimersByTime(3000)
      progress.update(done, `loss ${done}`)
    }
    progress.stop()
    progress.line('done')
    expect(lines).toHaveLength(11)
    expect(withoutMemory(lines)[0]).toBe('epoch 1/2: 4/40, 2.7 images/s, MEMORY, 1 min 48 s left, loss 4')
    expect(withoutMemory(lines).slice(-2)).toEqual(['epoch 1/2: 40/40, 2.7 images/s, MEMORY, loss 40', 'done'])
  })

  it('adds the work that follows the stage to the time left', () => {
    const lines: string[] = []
    const progress = plainProgress((line) => lines.push(line))
    progress.start('epoch', 10, { secondsAfter: (each) => 100 * each })
    for (const done of [0, 1]) {
      progress.update(done)
      vi.advanceTimersByTime(2000)
    }
    expect(withoutMemory(lines)).toEqual(['epoch: 1/10, MEMORY, 3 min 38 s left'])
  })

  it('measures a stage that begins in its middle from there', () => {
    const lines: string[] = []
    const progress = plainProgress((line) => lines.push(line))
    progress.start('images', 100, { unit: 'images' })
    for (const done of [50, 60]) {
      progress.update(done)
      vi.advanceTimersByTime(10_000)
    }
    expect(withoutMemory(lines).at(-1)).toBe('images: 60/100, 1.0 images/s, MEMORY, 40 s left')
  })
})

test('streamProgress draws a bar on a terminal and plain lines in a pipe, on a dumb terminal and under mpirun', () => {
  const written = (isTTY: boolean, env: Record<string, string> = {}) => {
    const terminal = { isTTY, columns: 80, cursorTo() {}, clearLine() {}, moveCursor() {} }
    const stream = Object.assign(new PassThrough(), terminal) as unknown as OutputStream & PassThrough
    const progress = streamProgress(stream, env)
    progress.start('images', 2)
    progress.update(2)
    progress.line('done')
    progress.stop()
    return String(stream.read() ?? '')
  }
  expect(written(false)).toMatch(/^images: 2\/2, \d+ MB\ndone\n$/)
  expect(written(true)).toContain('images [')
  expect(written(true)).toMatch(/2\/2 {2}\d+ MB/)
  for (const env of [{ TERM: 'dumb' }, { OMPI_COMM_WORLD_SIZE: '2' }])
    expect(written(true, env)).toMatch(/^images: 2\/2/)
})

test.each([
  [0.4, '0 s'],
  [59, '59 s'],
  [200, '3 min 20 s'],
  [7500, '2 h 5 min'],
  [100_000, '1 d 4 h'],
])('formatDuration(%d) is %s', (seconds, text) => expect(formatDuration(seconds)).toBe(text))

test.each([
  [28, '28 bytes'],
  [37_600, '38 kB'],
  [999_600, '1 MB'],
  [812e6, '812 MB'],
  [999.6e6, '1.0 GB'],
  [1.24e9, '1.2 GB'],
])('formatBytes(%d) is %s', (bytes, text) => expect(formatBytes(bytes)).toBe(text))

/** The lines of a terminal after what a program writes to it: cursor, its saved position, erased ends of lines. */
function screenOf(written: string): string[] {
  const lines: string[] = ['']
  let [row, column] = [0, 0]
  let saved = [0, 0]
  // biome-ignore lint/suspicious/noControlCharactersInRegex: a terminal's own sequences
  for (const [piece] of written.matchAll(/\x1b(?:[78]|\[[?\d;]*[A-Za-z])|[\s\S]/g)) {
    if (piece === '\x1b7') saved = [row, column]
    else if (piece === '\x1b8') [row, column] = saved
    else if (piece === '\r' || piece === '\x1b[1G') column = 0
    else if (piece === '\x1b[K' || piece === '\x1b[0K') lines[row] = lines[row].slice(0, column)
    else if (piece === '\n') {
      ;[row, column] = [row + 1, 0]
      lines[row] ??= ''
    } else if (!piece.startsWith('\x1b')) {
      lines[row] = lines[row].slice(0, column).padEnd(column) + piece + lines[row].slice(column + 1)
      column++
    }
  }
  return lines
}

test('a bar that lines are printed above of stays below them, and what follows it too', () => {
  const terminal = { isTTY: true, columns: 80 }
  const stream = Object.assign(new PassThrough(), terminal) as unknown as OutputStream & PassThrough
  const progress = streamProgress(stream, {})
  progress.line('first')
  progress.start('images', 2)
  progress.update(1)
  for (const text of ['a rather long line that is printed above', 'another']) progress.line(text)
  vi.advanceTimersByTime(1000)
  progress.update(2)
  progress.stop()
  progress.line('last')
  const lines = screenOf(String(stream.read()))
  expect(lines).toEqual([
    'first',
    'a rather long line that is printed above',
    'another',
    expect.stringMatching(/^images \[=+\] 2\/2 /),
    'last',
    '',
  ])
})

test('memory is asked for ten times a second, however often somebody reports', () => {
  const rss = vi.spyOn(process.memoryUsage, 'rss')
  const progress = plainProgress(() => undefined)
  progress.start('bootstrap', 1000)
  for (let done = 1; done <= 500; done++) {
    vi.advanceTimersByTime(1)
    progress.update(done)
  }
  expect(rss.mock.calls.length).toBe(5)
  rss.mockRestore()
})
