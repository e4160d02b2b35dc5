import { PassThrough } from 'node:stream'
import { expect, test } from 'vitest'
import { plainProgress, streamProgress } from '../src/terminal/progress.ts'

test('plainProgress writes a line for every tenth of a stage', () => {
  const lines: string[] = []
  const progress = plainProgress((text) => lines.push(text))
  progress.start('images', 20)
  for (let done = 1; done <= 20; done++) progress.update(done)
  progress.stop()
  expect(lines).toHaveLength(10)
  expect(lines[0]).toBe('images: 2/20')
  expect(lines.at(-1)).toBe('images: 20/20')
})

test('streamProgress draws a bar on a terminal and plain lines in a pipe', () => {
  const written = (isTTY: boolean) => {
    const stream = Object.assign(new PassThrough(), {
      isTTY,
      columns: 80,
      cursorTo() {},
      clearLine() {},
      moveCursor() {},
    })
    const progress = streamProgress(stream as unknown as NodeJS.WriteStream)
    progress.start('images', 2)
    progress.update(2)
    progress.line('done')
    progress.stop()
    return String(stream.read() ?? '')
  }
  expect(written(false)).toBe('images: 2/2\ndone\n')
  expect(written(true)).toContain('images [')
})
