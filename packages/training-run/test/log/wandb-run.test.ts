import { mkdtempSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, it } from 'vitest'
import { openWandbRun } from '../../src/index.ts'

it('gives a run an id once and keeps it; a file that is none is refused', async () => {
  const [run, other] = [0, 1].map(() => mkdtempSync(join(tmpdir(), 'run-')))
  const made = await openWandbRun(run)
  expect(made.id).toMatch(/^[a-z0-9]{8}$/)
  expect(await openWandbRun(run)).toEqual(made)
  expect((await openWandbRun(other)).id).not.toBe(made.id)
  writeFileSync(join(run, 'wandb.json'), '{"id": "../x"}')
  await expect(openWandbRun(run)).rejects.toMatchObject({ code: 'file-invalid' })
})
