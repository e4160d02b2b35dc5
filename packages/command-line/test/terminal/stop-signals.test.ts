import { expect, it } from 'vitest'
import { listenForStop } from '../../src/terminal/stop-signals.ts'

it.each([
  ['SIGINT', 'interrupted', 130],
  ['SIGTERM', 'terminated', 143],
] as const)('the first %s aborts with the code %s, the second exits with %i at once', (name, code, exitCode) => {
  const exits: number[] = []
  const before = process.listeners(name)
  const stop = listenForStop((given) => exits.push(given))
  const own = process.listeners(name).find((listener) => !before.includes(listener))
  own?.(name)
  expect(stop.signal.reason).toMatchObject({ name: 'CommandLineError', code, details: { signal: name } })
  expect(exits).toEqual([])
  own?.(name)
  expect(exits).toEqual([exitCode])
  stop.remove()
  expect(process.listeners(name)).toEqual(before)
})
