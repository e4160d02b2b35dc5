import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { plainProgress } from '../src/progress.ts'

describe('plainProgress', () => {
  beforeEach(() => void vi.useFakeTimers({ toFake: ['performance'] }))
  afterEach(() => void vi.useRealTimers())

  it('writes at most a line for every tenth of a stage, with the time left and the last note', () => {
    const lines: string[] = []
    const progress = plainProgress((line) => lines.push(line))
    progress.start('epoch 1/2', 40)
    for (let done = 1; done <= 40; done++) {
      vi.advanceTimersByTime(3000)
      progress.update(done, `loss ${done}`)
    }
    progress.stop()
    progress.line('done')
    expect(lines).toHaveLength(11)
    expect(lines[0]).toBe('epoch 1/2: 4/40, 108 s left, loss 4')
    expect(lines.slice(-2)).toEqual(['epoch 1/2: 40/40, 0 s left, loss 40', 'done'])
  })
})
