import { describe, expect, it } from 'vitest'
import { plainProgress } from '../src/progress.ts'

describe('plainProgress', () => {
  it('writes at most a line for every tenth of a stage, with the last note', () => {
    const lines: string[] = []
    const progress = plainProgress((line) => lines.push(line))
    progress.start('epoch 1/2', 40)
    for (let done = 1; done <= 40; done++) progress.update(done, `loss ${done}`)
    progress.stop()
    progress.line('done')
    expect(lines).toHaveLength(11)
    expect(lines[0]).toBe('epoch 1/2: 4/40, 0 s left, loss 4')
    expect(lines.slice(-2)).toEqual(['epoch 1/2: 40/40, 0 s left, loss 40', 'done'])
  })
})
