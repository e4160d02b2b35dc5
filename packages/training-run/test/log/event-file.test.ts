import { readFileSync } from 'node:fs'
import { describe, expect, it } from 'vitest'
import { encodeFileVersion, encodeScalars } from '../../src/log/event-file.ts'

describe('event file', () => {
  it('has the bytes of TensorBoard’s own writer for a file version and two scalars, exact', () => {
    const bytes = Buffer.concat([
      encodeFileVersion(1_700_000_000.25),
      encodeScalars({ 'train/loss': 0.5, 'train/lr': 3e-4 }, 300, 1_700_000_001.5),
    ])
    const recorded = readFileSync(new URL('../fixtures/scalars.tfevents', import.meta.url))
    expect(bytes.toString('hex')).toBe(recorded.toString('hex'))
  })
})
