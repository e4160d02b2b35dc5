import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, it, onTestFinished } from 'vitest'
import { killTraining } from '../src/training/kill-training.ts'

it('a training that is killed six times, twice while a checkpoint is written or removed, ends with the bytes of one that never was', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'mammokit-kills-'))
  onTestFinished(() => rmSync(folder, { recursive: true }))
  const { kills, differences } = await killTraining({ folder, kills: 6 })
  expect(differences).toEqual([])
  expect([...kills.values()].reduce((sum, count) => sum + count, 0)).toBe(6)
})
