import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { downloadDataset } from '../../src/index.ts'
import { readDirectory } from '../../src/zip/read-directory.ts'
import { differences, temporaryFolder, tree } from '../folder.ts'
import { kaggleServer } from '../kaggle-server.ts'
import { archiveOf, sampleFiles } from '../sample-files.ts'
import { type ZipEntry, zipArchive } from '../zip-archive.ts'

const credentials = { authorization: 'Bearer secret', origin: 'test', readableByOthers: false }
const data = Buffer.from('content')
const download = async (archive: Buffer, more: { files?: string[] } = {}) => {
  const to = join(temporaryFolder(), 'to')
  const { endpoint } = await kaggleServer({ archive })
  const options = { source: { competition: 'x' }, to, endpoint, credentials, retryDelayMs: 0, ...more }
  return { to, result: await downloadDataset(options).catch((error) => error) }
}

describe('nothing is written of an archive with', () => {
  const good: ZipEntry = { name: 'good.txt', data }
  it.each<[string, ZipEntry[]]>([
    ['a name that leads out', [good, { name: '../evil.txt', data }]],
    ['a name that leads out from within', [good, { name: 'a/../../evil.txt', data }]],
    ['an absolute name', [good, { name: '/etc/evil', data }]],
    ['a drive', [good, { name: 'C:/evil.txt', data }]],
    ['a backslash', [good, { name: '..\\evil.txt', data }]],
    ['a name with a control character', [good, { name: 'a\nb.txt', data }]],
    ['a name with a zero', [good, { name: 'a\0b.txt', data }]],
    ['an empty part of a name', [good, { name: 'a//b.txt', data }]],
    ['a device of Windows', [good, { name: 'images/nul.txt', data }]],
    ['a symbolic link', [good, { name: 'link', data: Buffer.from('/etc/passwd'), mode: 0o120777 }]],
    ['a device', [good, { name: 'device', data: Buffer.alloc(0), mode: 0o020666 }]],
    ['an encrypted file', [good, { name: 'secret', data, deflate: true, flags: 1 }]],
    ['one name twice', [good, { name: 'good.txt', data }]],
    ['names that differ in case alone', [good, { name: 'GOOD.TXT', data }]],
    ['a file that is a folder too', [good, { name: 'good.txt/inner', data }]],
    ['a name that a partial file has', [good, { name: 'good.txt.partial', data }]],
    ['the name of the record', [good, { name: '.download.json', data }]],
    ['overlapping members', [good, { name: 'second', data, lie: { offset: 10 } }]],
    [
      'a size that deflate cannot reach',
      [good, { name: 'bomb', data, deflate: true, lie: { size: 1e12 }, zip64: true }],
    ],
  ])('%s', async (_, entries) => {
    const { to, result } = await download(zipArchive(entries).bytes)
    expect(result.code).toBe('unsafe-archive')
    expect(existsSync(to)).toBe(false)
  })

  it('a method of compression that is unknown, or a damaged directory', async () => {
    const unknown = zipArchive([{ name: 'a', data, method: 14 }]).bytes
    expect((await download(unknown)).result.code).toBe('bad-archive')
    const damaged = zipArchive([good]).bytes
    damaged[damaged.length - 22 - 20 - 56 - 54] ^= 255
    expect((await download(damaged)).result.code).toBe('bad-archive')
  })

  it('its end cut off', async () => {
    const { bytes } = archiveOf(sampleFiles(2))
    for (const length of [bytes.length - 1, bytes.length - 30, bytes.length >> 1, 100]) {
      const { to, result } = await download(bytes.subarray(0, length))
      expect(result.code).toMatch(/^(?:archive-truncated|bad-archive)$/)
      expect(existsSync(to)).toBe(false)
    }
  })
})

describe('a member', () => {
  it('that gives more than its directory states is never written in full', async () => {
    const bomb = { name: 'bomb', data: Buffer.alloc(1e6), deflate: true, lie: { size: 1000 } }
    const { to, result } = await download(zipArchive([{ name: 'good.txt', data }, bomb]).bytes)
    expect(result.damaged).toMatchObject([{ code: 'corrupt-file', details: { path: 'bomb' } }])
    expect(Object.keys(tree(to))).toEqual(['good.txt'])
  })

  it.each([
    ['small', 1000],
    ['large', 9 << 20],
  ])('%s, with another checksum, is not there, and the others are', async (_, length) => {
    const wrong = { name: 'wrong.bin', data: Buffer.alloc(length, 1), lie: { crc32: 1 } }
    const { to, result } = await download(zipArchive([wrong, { name: 'good.txt', data }]).bytes)
    expect(result.damaged).toMatchObject([{ code: 'corrupt-file' }])
    expect(Object.keys(tree(to))).toEqual(['good.txt'])
  })

  it('with an unsafe name is no obstacle where it is not asked for', async () => {
    const { bytes } = zipArchive([
      { name: 'good.txt', data },
      { name: 'nul', data },
    ])
    const { to, result } = await download(bytes, { files: ['good.txt'] })
    expect(result.fetched).toBe(1)
    expect(differences(tree(to), { 'good.txt': data })).toEqual([])
  })
})

it.each(['python-stored.zip', 'python-deflated.zip', 'python-zip64.zip', 'python-streamed.zip'])(
  'reads %s, written by Python’s zipfile',
  async (name) => {
    const bytes = readFileSync(new URL(`../fixtures/${name}`, import.meta.url))
    const { to, result } = await download(bytes)
    expect(result).toMatchObject({ fetched: 3, damaged: [] })
    const expected = {
      'empty.txt': Buffer.alloc(0),
      'train.csv': Buffer.from('site_id,patient_id\n'.repeat(100)),
      'train_images/10006/ä 1.dcm': Buffer.from(Array.from({ length: 5000 }, (_, i) => (i * i) % 251)),
    }
    expect(differences(tree(to), expected)).toEqual([])
  },
)

it('reads the directory of 70,000 members in few requests', async () => {
  const { bytes } = zipArchive(
    Array.from({ length: 70_000 }, (_, i) => ({ name: `images/${i}.dcm`, data: Buffer.alloc(0) })),
  )
  let reads = 0
  const readAt = async (position: number, length: number) => {
    reads++
    return bytes.subarray(position, position + length)
  }
  expect(await readDirectory(readAt, bytes.length, 'x')).toHaveLength(70_000)
  expect(reads).toBeLessThan(12)
})
