import { text } from 'node:stream/consumers'
import { expect, test, vi } from 'vitest'
import { emptySpool } from '../spool/small-objects.ts'
import { data, listenerOf, openByHand, storeCommand } from './associate.ts'

/** Loggers bind the console when they are loaded, so that it is captured before. */
const printed = vi.hoisted(() => {
  const lines: string[] = []
  for (const method of ['log', 'info', 'warn', 'error', 'debug', 'trace'] as const) {
    console[method] = (...values: readonly unknown[]) => void lines.push(values.map(String).join(' '))
  }
  return lines
})

test('nothing that a peer sends is printed: no UID beyond 64 characters, no character set, no stack', async () => {
  const { port } = await listenerOf(await emptySpool())
  const characterSet = Buffer.from('ISO_IR 999\\DOE^JANE ')
  const element = Buffer.of(8, 0, 5, 0, characterSet.length, 0, 0, 0)
  const withCharacterSet = Buffer.concat([storeCommand('1.2.3.1'), element, characterSet])
  for (const command of [storeCommand(`1.2.3.JANE.${'9'.repeat(70)}`), withCharacterSet, Buffer.from('DOE^JANE')]) {
    const socket = await openByHand(port)
    socket.write(data([[true, true, command]]))
    socket.end(data([[false, true, Buffer.from('no data set')]]))
    await text(socket).catch(() => '')
  }
  expect(printed).toEqual([])
})
