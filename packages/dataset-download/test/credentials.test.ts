import { chmodSync, mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { downloadDataset, findCredentials } from '../src/index.ts'
import { temporaryFolder } from './folder.ts'
import { kaggleServer } from './kaggle-server.ts'
import { archiveOf, sampleFiles } from './sample-files.ts'

/** A home folder with these files below it, readable by their owner alone. */
function homeWith(files: Readonly<Record<string, string>>): string {
  const home = temporaryFolder()
  for (const [name, text] of Object.entries(files)) {
    mkdirSync(join(home, name, '..'), { recursive: true })
    writeFileSync(join(home, name), text, { mode: 0o600 })
  }
  return home
}

const key = '{"username": "ada", "key": "0123"}'
const basic = `Basic ${Buffer.from('ada:0123').toString('base64')}`
const all = {
  '.kaggle/access_token': 'first\n',
  '.kaggle/access_token.txt': 'second\r\n',
  '.kaggle/kaggle.json': key,
  '.config/kaggle/kaggle.json': key,
}

describe('findCredentials looks where Kaggle’s clients look, in their order', () => {
  it('KAGGLE_API_TOKEN, a token or the path of a file with one', async () => {
    const home = homeWith({ ...all, 'elsewhere.txt': ' third \n' })
    const env = { KAGGLE_API_TOKEN: 'KGAT_1', KAGGLE_USERNAME: 'ada', KAGGLE_KEY: '0123' }
    expect(await findCredentials({ env, home })).toEqual({
      authorization: 'Bearer KGAT_1',
      origin: 'KAGGLE_API_TOKEN',
      readableByOthers: false,
    })
    const path = join(home, 'elsewhere.txt')
    expect(await findCredentials({ env: { ...env, KAGGLE_API_TOKEN: path }, home })).toMatchObject({
      authorization: 'Bearer third',
      origin: path,
    })
  })

  it('then the files of tokens, then user and key, then kaggle.json', async () => {
    const env = { KAGGLE_USERNAME: 'bob', KAGGLE_KEY: '4567' }
    const found = async (files: Readonly<Record<string, string>>, given = {}) =>
      (await findCredentials({ env: given, home: homeWith(files) }))?.authorization
    expect(await found(all, env)).toBe('Bearer first')
    expect(await found({ ...all, '.kaggle/access_token': ' ' }, env)).toBe('Bearer second')
    const keys = { '.kaggle/kaggle.json': key }
    expect(await found(keys, env)).toBe(`Basic ${Buffer.from('bob:4567').toString('base64')}`)
    expect(await found(keys)).toBe(basic)
    expect(await found({ '.config/kaggle/kaggle.json': key })).toBe(basic)
    const folder = homeWith({ 'kaggle.json': key })
    expect(await found({ '.kaggle/kaggle.json': '{}' }, { KAGGLE_CONFIG_DIR: folder })).toBe(basic)
    expect(await found({})).toBeUndefined()
  })

  it.each([
    ['no JSON', 'text that is not JSON'],
    ['{"username": "ada"}', 'JSON without both'],
    ['null', 'JSON without both'],
    ['{"username": "ada", "key": ""}', 'JSON without both'],
  ])('and says what is wrong with kaggle.json: %s', async (text, received) => {
    const home = homeWith({ '.kaggle/kaggle.json': text })
    const error = await findCredentials({ env: {}, home }).catch((reason) => reason)
    expect(error).toMatchObject({ code: 'bad-credentials' })
    expect(error.message).toContain(`but received ${received}.`)
  })

  it('a token of two lines is no header, and is not shown', async () => {
    const error = await findCredentials({ env: { KAGGLE_API_TOKEN: 'a\nsecret' }, home: homeWith({}) }).catch((e) => e)
    expect(error.code).toBe('bad-credentials')
    expect(error.message).not.toContain('secret')
  })
})

it.skipIf(process.platform === 'win32')('a key that others can read is told, and used', async () => {
  const home = homeWith({ '.kaggle/kaggle.json': key })
  const path = join(home, '.kaggle/kaggle.json')
  chmodSync(path, 0o644)
  const credentials = await findCredentials({ env: {}, home })
  expect(credentials).toMatchObject({ readableByOthers: true, origin: path })
  const { endpoint } = await kaggleServer({ archive: archiveOf(sampleFiles(1)).bytes })
  const notices: unknown[] = []
  const onNotice = (notice: unknown) => notices.push(notice)
  await downloadDataset({ source: { competition: 'x' }, to: temporaryFolder(), endpoint, credentials, onNotice })
  expect(notices).toEqual([
    {
      kind: 'key-readable',
      message: `Other users of this machine can read your Kaggle key in ${path}: run chmod 600 ${path}.`,
    },
  ])
})
