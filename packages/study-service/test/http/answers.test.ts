import { expect, test } from 'vitest'
import { readResult } from '../../src/http/answers.ts'

const refused = {
  state: 'refused',
  objects: 1,
  answeredAt: '2026-11-30T00:00:00Z',
  answerNumber: 1,
  folder: '.',
} as const

test('the answer to earlier images is not given for a study that lacks some of them', async () => {
  const incomplete = { ...refused, code: 'incomplete', reason: '2 images of the earlier answer were removed' }
  await expect(readResult('1.2.3', incomplete)).rejects.toMatchObject({ code: 'not-answered' })
})
