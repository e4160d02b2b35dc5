/** What a service of HTTP leaves behind when it is killed, or when its disk is full. */
import { type ChildProcess, spawn, spawnSync } from 'node:child_process'
import { once } from 'node:events'
import { existsSync, mkdtempSync, readdirSync, rmSync } from 'node:fs'
import { connect } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { setTimeout } from 'node:timers/promises'
import { fileURLToPath } from 'node:url'
import { expect, onTestFinished, test } from 'vitest'
import { dicomFile } from '../../../mammogram-preprocess/test/dicom-file.ts'
import { formOf } from './form-of.ts'

const program = fileURLToPath(new URL('service-program.js', import.meta.url))
const uid = '1.2.3.100'
const views = ['CC', 'MLO'].map((view, at) =>
  dicomFile({ seed: at + 1, sopInstanceUid: `1.2.3.${at + 1}`, elements: { '0020000D UI': uid, '00185101 CS': view } }),
)

function temporaryFolder(): string {
  const folder = mkdtempSync(join(tmpdir(), 'mammokit-http-'))
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }))
  return folder
}

interface Service {
  readonly url: string
  readonly child: ChildProcess
  /** The next line that it prints. */
  line(): Promise<string>
}

async function start(
  folder: string,
  answerMs: number,
  [command, ...args] = [process.execPath],
  mount = '',
): Promise<Service> {
  const child = spawn(command!, [...args, program, folder, `${answerMs}`, mount], {
    stdio: ['ignore', 'pipe', 'inherit'],
  })
  onTestFinished(() => void child.kill('SIGKILL'))
  const lines = createInterface(child.stdout!)[Symbol.asyncIterator]()
  const line = async () => (await lines.next()).value as string
  let url = await line()
  while (url === 'working') url = await line()
  return { url, child, line }
}

async function kill({ child }: Service): Promise<void> {
  child.kill('SIGKILL')
  await once(child, 'exit')
}

const post = (url: string, body = formOf(...views)) => fetch(`${url}/api/studies`, { method: 'POST', body })

async function resultOf(url: string): Promise<unknown> {
  for (;;) {
    const response = await fetch(`${url}/api/results/${uid}`)
    const body = await response.json()
    if (response.status === 200) return body
    expect(response.status).toBe(202)
    await setTimeout(10)
  }
}

test('killed in the middle of an upload nothing of it is left, and the same study is taken again', async () => {
  const folder = temporaryFolder()
  const first = await start(folder, 0)
  const socket = connect(Number(new URL(first.url).port), '127.0.0.1')
  socket.on('error', () => {})
  const part = (name: string) => `--B\r\nContent-Disposition: form-data; name="f"; filename="${name}"\r\n\r\n`
  socket.write(
    'POST /api/studies HTTP/1.1\r\nHost: localhost\r\nContent-Type: multipart/form-data; boundary=B\r\nContent-Length: 999999\r\n\r\n',
  )
  socket.write(part('a'))
  socket.write(views[0]!)
  socket.write(`\r\n${part('b')}half`)
  await expect.poll(() => readdirSync(join(folder, 'incoming')).length, { timeout: 60_000 }).toBe(2)
  await kill(first)
  const second = await start(folder, 0)
  expect([readdirSync(join(folder, 'incoming')), readdirSync(join(folder, 'studies'))]).toEqual([[], []])
  expect((await post(second.url)).status).toBe(202)
  expect(await resultOf(second.url)).toBe(2)
})

test('killed right after 202, and again in the middle of the work, a study is answered once, without being sent again', async () => {
  const folder = temporaryFolder()
  const first = await start(folder, 60_000)
  expect((await post(first.url)).status).toBe(202)
  await kill(first)
  const second = await start(folder, 60_000)
  expect(await second.line()).toBe('working')
  await kill(second)
  const third = await start(folder, 0)
  expect(await resultOf(third.url)).toBe(2)
  const [study] = readdirSync(join(folder, 'studies'))
  expect(readdirSync(join(folder, 'studies', study!, 'answers'))).toEqual(['1'])
  expect(existsSync(join(folder, 'studies', study!, 'answers', '1', 'half'))).toBe(true)
})

const mayMount = spawnSync('unshare', ['-rm', 'mount', '-t', 'tmpfs', 'none', '/mnt']).status === 0

test.skipIf(!mayMount)('a full disk is 507, and the next study that fits is answered (needs unshare)', async () => {
  const folder = temporaryFolder()
  const service = await start(folder, 0, ['unshare', '-rm', process.execPath], '300k')
  const large = dicomFile({ elements: { '0020000D UI': '1.2.3.200', '00091001 OB': new Uint8Array(400_000) } })
  const refused = await post(service.url, formOf(large))
  expect(await refused.json()).toMatchObject({ status: 507, code: 'spool-full' })
  expect((await post(service.url)).status).toBe(202)
  expect(await resultOf(service.url)).toBe(2)
})
