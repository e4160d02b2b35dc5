import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout } from 'node:timers/promises'
import { silentContext } from '@mammokit/command-line'
import { expect, onTestFinished, test } from 'vitest'
import { dicomFile } from '../../../../packages/mammogram-preprocess/test/dicom-file.ts'
import { echo, send, store } from '../../../../packages/study-service/test/dimse/associate.ts'
import { receiverOf } from '../../../../packages/study-service/test/dimse/receiver.ts'
import { serve } from '../../src/index.ts'

test('a study that comes by C-STORE goes back as a report and a capture, and echoes are answered meanwhile', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'mammokit-serve-'))
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }))
  const image = join(folder, 'image')
  const elements = {
    '00080016 UI': '1.2.840.10008.5.1.4.1.1.1.2',
    '0020000D UI': '1.2.3.100',
    '0020000E UI': '1.2.3.100.1',
    '00100010 PN': 'Doe^Jane',
    '00100020 LO': 'SECRET7',
  }
  writeFileSync(image, dicomFile({ width: 384, height: 512, elements, sopInstanceUid: '1.2.3.4' }))
  const receiver = await receiverOf()
  const stop = new AbortController()
  const lines: string[] = []
  const progress = { ...silentContext.progress, line: (text: string) => lines.push(text) }
  const served = serve(
    {
      spool: join(folder, 'spool'),
      quietSeconds: 0.1,
      http: false,
      dicomPort: 0,
      threads: 1,
      keep: 0,
      storeTo: `PACS@127.0.0.1:${receiver.port}`,
    },
    { progress, signal: stop.signal },
  ).catch((error) => error)
  const until = async (condition: () => boolean) => {
    while (!condition()) await Promise.race([setTimeout(10), served.then((error) => Promise.reject(error))])
  }
  await until(() => lines.some((line) => line.startsWith('Listening for DICOM')))
  const port = Number(/port (\d+)/.exec(lines.find((line) => line.startsWith('Listening for DICOM'))!)![1])
  expect((await send(port, [echo(), store(image)])).statuses).toEqual([0, 0])
  await until(() => lines.some((line) => line.endsWith('working')))
  expect((await send(port, [echo()])).statuses).toEqual([0])
  await until(() => receiver.received.length === 2)
  const has = (uid: string) => receiver.received.filter(({ file }) => file.includes(uid)).length
  expect([has('1.2.840.10008.5.1.4.1.1.88.34'), has('1.2.840.10008.5.1.4.1.1.7.4'), has('1.2.3.100')]).toEqual([
    1, 1, 2,
  ])
  await until(() => lines.some((line) => line.includes('2 objects delivered')))
  stop.abort(new RangeError('stopped'))
  expect(await served).toBeInstanceOf(RangeError)
  expect(lines.join('\n')).not.toMatch(/Doe|SECRET7|1\.2\.3\.100|1\.2\.3\.4/)
})
