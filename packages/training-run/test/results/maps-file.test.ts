import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { expect, it, onTestFinished } from 'vitest'
import { readMaps, runPaths, writeMaps } from '../../src/index.ts'

function temporaryRun(): string {
  const run = mkdtempSync(join(tmpdir(), 'maps-'))
  onTestFinished(() => rmSync(run, { recursive: true }))
  return run
}

it('gives back what was written, and null where nothing was', async () => {
  const run = temporaryRun()
  expect(await readMaps(run, 'test')).toBeNull()
  const source = { checkpointHash: 'ab', preprocessHash: 'cd', method: 'cam', stage: 4, offset: 0.5, stride: 32 }
  const maps = new Map([['set/7', { data: Float32Array.of(1, -2, 3, 4, 5, 6), height: 3, width: 2 }]])
  await writeMaps(run, 'test', { source, maps })
  expect(await readMaps(run, 'test')).toEqual({ source, maps })
  expect(await readMaps(run, 'val')).toBeNull()
})

it('refuses a file that is none, with the command that writes it', async () => {
  const run = temporaryRun()
  const path = runPaths(run).maps('val')
  mkdirSync(dirname(path), { recursive: true })
  writeFileSync(path, 'torn')
  await expect(readMaps(run, 'val')).rejects.toMatchObject({ code: 'file-invalid', details: { path } })
  await expect(readMaps(run, 'val')).rejects.toThrow(`mammokit-evaluator explain --run ${run} --subset val`)
})
