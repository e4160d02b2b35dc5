import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { plainProgress } from '@mammokit/command-line'
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest'
import { type ConfigInput, parseConfig } from '../../src/config/config.ts'
import { download } from '../../src/download/download.ts'
import { temporaryFolder } from '../temporary-folder.ts'

const files: Record<string, string> = {
  'train.csv': 'site_id,patient_id,image_id\n',
  'sample_submission.csv': 'prediction_id,cancer\n',
  'train_images/10006/462822612.dcm': 'D'.repeat(2000),
  'train_images/10006/1459541791.dcm': 'E'.repeat(3000),
  'train_images/10011/541722628.dcm': 'F'.repeat(1000),
}
let endpoint = ''
let isSlow = false

/** Kaggle without an archive: a list, and files one by one. */
const server = createServer(({ url = '', headers }, response) => {
  if (headers.authorization === undefined) return void response.writeHead(401).end()
  const name = decodeURIComponent(url.split('/')[7] ?? '')
  if (url.startsWith('/api/v1/competitions/data/list/rsna-breast-cancer-detection')) {
    const list = Object.entries(files).map(([path, text]) => ({ name: path, totalBytes: text.length }))
    response.end(JSON.stringify({ files: list }))
  } else if (name in files && url.includes('/rsna-breast-cancer-detection/')) {
    response.writeHead(200, { 'content-length': files[name].length })
    if (isSlow && name.endsWith('.dcm')) response.write(files[name].slice(0, 10))
    else response.end(files[name])
  } else response.writeHead(404).end()
})

beforeAll(async () => {
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  endpoint = `http://127.0.0.1:${(server.address() as AddressInfo).port}`
  vi.stubEnv('KAGGLE_API_TOKEN', 'secret')
})

afterAll(() => {
  vi.unstubAllEnvs()
  server.closeAllConnections()
  server.close()
})

const config = (data: string, more: ConfigInput['download'] = {}) =>
  parseConfig({ data, download: { endpoint, retries: 1, ...more } })

async function spoken(command: (context: { progress: ReturnType<typeof plainProgress> }) => Promise<unknown>) {
  const lines: string[] = []
  const result = await command({ progress: plainProgress((line) => lines.push(line)) })
  return { lines, result }
}

describe('download', () => {
  it('writes the RSNA layout to DATA/raw, says how far it is, and fetches nothing a second time', async () => {
    const data = temporaryFolder()
    const { lines, result } = await spoken((context) => download(config(data), context))
    expect(result).toEqual({ files: 5, skipped: 0, failed: 0 })
    for (const [name, text] of Object.entries(files)) expect(readFileSync(join(data, 'raw', name), 'utf8')).toBe(text)
    expect(readdirSync(join(data, 'raw')).sort()).toEqual([
      '.download.json',
      'sample_submission.csv',
      'train.csv',
      'train_images',
    ])
    expect(lines.some((line) => line.startsWith('download, MB: 1/1'))).toBe(true)
    expect(lines.at(-1)).toBe(`5 files of rsna-breast-cancer-detection fetched to ${join(data, 'raw')} (0 were there)`)
    expect(await download(config(data))).toEqual({ files: 5, skipped: 5, failed: 0 })
  })

  it('takes several patterns, and another folder', async () => {
    const [data, to] = [temporaryFolder(), temporaryFolder()]
    await download(config(data, { files: ['*.csv', '10011'], to }))
    expect(existsSync(join(data, 'raw'))).toBe(false)
    expect(readdirSync(join(to, 'train_images'))).toEqual(['10011'])
  })

  it('with dryRun says sizes and free disk, and writes nothing', async () => {
    const data = temporaryFolder()
    const { lines, result } = await spoken((context) => download(config(data, { dryRun: true }), context))
    expect(result).toEqual({ files: 5, skipped: 0, failed: 0 })
    expect(readdirSync(data)).toEqual([])
    expect(lines.join('\n')).toMatch(/train_images\/ +3 +6 kB +0/)
    expect(lines).toContain('5 files, 6 kB; 0 are there')
    expect(lines.at(-1)).toMatch(/^Free on the disk of .*raw: [\d.]+ [MG]B, enough$/)
  })

  it('passes on what the library says', async () => {
    const data = temporaryFolder()
    await expect(download(config(data, { competition: 'titanic' }))).rejects.toMatchObject({ code: 'not-found' })
    await expect(download(config(data, { files: '*.png' }))).rejects.toMatchObject({ code: 'no-match' })
  })
})

it.each([
  ['SIGINT', 130],
  ['SIGTERM', 143],
] as const)('%s ends the command with exit code %d and one line; the same command continues', async (signal, code) => {
  const data = temporaryFolder()
  const bin = fileURLToPath(new URL('../../bin/mammokit.js', import.meta.url))
  const args = [bin, 'download', '--data', data, '--option', `download.endpoint=${endpoint}`]
  const run = () => spawn(process.execPath, args, { stdio: ['ignore', 'pipe', 'pipe'] })
  isSlow = true
  const stopped = run()
  let stderr = ''
  stopped.stderr.on('data', (chunk) => {
    stderr += chunk
  })
  stopped.stdout.resume()
  const isWritten = () => existsSync(join(data, 'raw/train.csv'))
  while (!isWritten()) await new Promise((resolve) => setTimeout(resolve, 20))
  stopped.kill(signal)
  expect(await once(stopped, 'close')).toEqual([code, null])
  expect(stderr).toBe(`mammokit-trainer: stopped by ${signal}. Run the same command again to continue.\n`)
  isSlow = false
  const again = run()
  again.stdout.resume()
  expect(await once(again, 'close')).toEqual([0, null])
  expect(readdirSync(join(data, 'raw/train_images')).sort()).toEqual(['10006', '10011'])
})
