import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { type DownloadOptions, downloadDataset, planDownload } from '../src/index.ts'
import { differences, temporaryFolder, tree } from './folder.ts'
import { type KaggleServer, kaggleServer } from './kaggle-server.ts'
import { archiveOf, sampleFiles } from './sample-files.ts'

const credentials = { authorization: 'Bearer secret', origin: 'test', readableByOthers: false }
const files = sampleFiles()
const options = ({ endpoint }: KaggleServer, to: string, more: Partial<DownloadOptions> = {}): DownloadOptions => ({
  source: { competition: 'rsna-breast-cancer-detection' },
  to,
  endpoint,
  credentials,
  retryDelayMs: 0,
  ...more,
})

describe.each([
  ['an archive that comes in parts', { archive: archiveOf(files).bytes }],
  ['files that come one by one', {}],
  ['a server without ranges', { archive: archiveOf(files).bytes, ranges: false }],
])('%s', (_, served) => {
  it('gives every file its bytes in the layout of the source, and nothing is fetched a second time', async () => {
    const [server, to] = [await kaggleServer({ files, ...served }), temporaryFolder()]
    expect(await downloadDataset(options(server, to))).toEqual({ files: 19, fetched: 19, damaged: [] })
    expect(differences(tree(to), files)).toEqual([])
    const before = server.requests.filter(({ host, sent }) => host === 'storage' && sent > 4).length
    expect(await downloadDataset(options(server, to))).toEqual({ files: 19, fetched: 0, damaged: [] })
    const again = server.requests.filter(({ host, sent }) => host === 'storage' && sent > 4).slice(before)
    expect(again.length).toBeLessThanOrEqual(1) // the archive's directory
  })

  it('fetches a part by patterns: CSV files, one patient', async () => {
    const [server, to] = [await kaggleServer({ files, ...served }), temporaryFolder()]
    await downloadDataset(options(server, to, { files: ['*.csv', '10003'] }))
    expect(Object.keys(tree(to))).toEqual([
      'sample_submission.csv',
      'train.csv',
      'train_images/10003/3000.dcm',
      'train_images/10003/3001.dcm',
    ])
  })

  it('plans without writing: sizes, what is there, and the free disk', async () => {
    const [server, to] = [await kaggleServer({ files, ...served }), join(temporaryFolder(), 'not/yet')]
    const plan = await planDownload(options(server, to))
    const bytes = Object.values(files).reduce((total, { length }) => total + length, 0)
    expect(plan).toMatchObject({ bytes, missingBytes: bytes })
    expect(plan.files).toHaveLength(19)
    expect(plan.freeBytes).toBeGreaterThan(1e6)
    expect(() => tree(to)).toThrow('ENOENT')
    await downloadDataset(options(server, to, { files: ['train.csv'] }))
    const later = await planDownload(options(server, to))
    expect(later.files.filter(({ isThere }) => isThere).map(({ path }) => path)).toEqual(['train.csv'])
    expect(later.missingBytes).toBe(bytes - files['train.csv'].length)
  })

  it('reports bytes and files, from nothing to all', async () => {
    const [server, to] = [await kaggleServer({ files, ...served }), temporaryFolder()]
    const seen: number[][] = []
    await downloadDataset(
      options(server, to, {
        onProgress: ({ receivedBytes, totalBytes, files: done, totalFiles }) =>
          seen.push([receivedBytes, totalBytes, done, totalFiles]),
      }),
    )
    expect(seen[0]).toEqual([0, seen[0][1], 0, 19])
    expect(seen.at(-1)).toEqual([seen[0][1], seen[0][1], 19, 19])
  })

  it('sends the key to the API alone, never to the host that it redirects to', async () => {
    const [server, to] = [await kaggleServer({ files, ...served }), temporaryFolder()]
    await downloadDataset(options(server, to))
    for (const { host, headers } of server.requests)
      expect(headers.authorization).toBe(host === 'api' ? 'Bearer secret' : undefined)
  })
})

describe('data sets', () => {
  it.each([undefined, 3])('by owner and name, version %s', async (version) => {
    const [server, to] = [await kaggleServer({ files, archive: archiveOf(files).bytes }), temporaryFolder()]
    const source = { dataset: 'ada/mammograms', version }
    await downloadDataset(options(server, to, { source }))
    expect(differences(tree(to), files)).toEqual([])
    const query = version === undefined ? '' : '?datasetVersionNumber=3'
    expect(server.requests[0].path).toBe(`/api/v1/datasets/download/ada/mammograms${query}`)
  })

  it('file by file, page after page', async () => {
    const [server, to] = [await kaggleServer({ files, pageSize: 4 }), temporaryFolder()]
    await downloadDataset(options(server, to, { source: { dataset: 'ada/mammograms' } }))
    expect(differences(tree(to), files)).toEqual([])
  })
})

describe('files that are there', () => {
  it('of other origin are compared by their bytes, and never replaced', async () => {
    const [server, to] = [await kaggleServer({ files, archive: archiveOf(files).bytes }), temporaryFolder()]
    writeFileSync(join(to, 'train.csv'), files['train.csv'])
    expect(await downloadDataset(options(server, to, { files: ['train.csv'] }))).toMatchObject({ fetched: 0 })
    const other = temporaryFolder()
    const mine = Buffer.alloc(files['train.csv'].length)
    writeFileSync(join(other, 'train.csv'), mine)
    await expect(downloadDataset(options(server, other))).rejects.toMatchObject({ code: 'file-exists' })
    expect(readFileSync(join(other, 'train.csv'))).toEqual(mine)
  })

  it('and were cut, are fetched again; with verify also those whose bytes changed', async () => {
    const [server, to] = [await kaggleServer({ files, archive: archiveOf(files).bytes }), temporaryFolder()]
    await downloadDataset(options(server, to))
    const [cut, changed] = ['train_images/10001/1000.dcm', 'train_images/10002/2001.dcm']
    writeFileSync(join(to, cut), files[cut].subarray(0, 100))
    writeFileSync(join(to, changed), Buffer.alloc(files[changed].length))
    expect(await downloadDataset(options(server, to))).toMatchObject({ fetched: 1 })
    expect(differences(tree(to), files)).toEqual([changed])
    expect(await downloadDataset(options(server, to, { verify: true }))).toMatchObject({ fetched: 1 })
    expect(differences(tree(to), files)).toEqual([])
  })

  it('and whole when a kill came, lose what lies beside them', async () => {
    const large = { 'a.bin': Buffer.alloc(9 << 20, 7), 'b.csv': Buffer.from('b') }
    for (const served of [{ archive: archiveOf(large).bytes }, {}]) {
      const [server, to] = [await kaggleServer({ files: large, ...served }), temporaryFolder()]
      await downloadDataset(options(server, to))
      for (const suffix of ['.partial', '.partial.json', '.unpacked']) writeFileSync(join(to, `a.bin${suffix}`), '{}')
      expect(await downloadDataset(options(server, to))).toMatchObject({ fetched: 0 })
      expect(differences(tree(to), large)).toEqual([])
    }
  })

  it('lose what lies beside them where the archive can be had in parts again', async () => {
    const [server, to] = [await kaggleServer({ files }), temporaryFolder()]
    await downloadDataset(options(server, to, { files: ['train.csv'] }))
    writeFileSync(join(to, 'sample_submission.csv.partial'), 'x')
    writeFileSync(join(to, 'sample_submission.csv.partial.json'), '{}')
    server.options.archive = archiveOf(files).bytes
    await downloadDataset(options(server, to))
    expect(differences(tree(to), files)).toEqual([])
  })

  it('and may not have reached the disk before the machine went down, are compared by their bytes', async () => {
    const [server, to] = [await kaggleServer({ files, archive: archiveOf(files).bytes }), temporaryFolder()]
    await downloadDataset(options(server, to))
    const record = join(to, '.download.json')
    const written = JSON.parse(readFileSync(record, 'utf8'))
    expect(written.unflushedSince).toBeNull()
    const lost = 'train_images/10003/3000.dcm'
    writeFileSync(join(to, lost), Buffer.alloc(files[lost].length))
    writeFileSync(record, JSON.stringify({ ...written, unflushedSince: 'another start' }))
    // A part that is asked for makes the rest no more trustworthy.
    expect(await downloadDataset(options(server, to, { files: ['*.csv'] }))).toMatchObject({ fetched: 0 })
    expect(JSON.parse(readFileSync(record, 'utf8')).unflushedSince).toBe('another start')
    expect(await downloadDataset(options(server, to))).toMatchObject({ fetched: 1 })
    expect(differences(tree(to), files)).toEqual([])
    expect(JSON.parse(readFileSync(record, 'utf8'))).toEqual(written)
  })

  it('of another source are an error', async () => {
    const [server, to] = [await kaggleServer({ files, archive: archiveOf(files).bytes }), temporaryFolder()]
    await downloadDataset(options(server, to, { files: ['train.csv'] }))
    const other = downloadDataset(options(server, to, { source: { competition: 'titanic' } }))
    await expect(other).rejects.toMatchObject({ code: 'other-source' })
  })

  it('from an older archive are kept where the new one has the same bytes', async () => {
    const [server, to] = [await kaggleServer({ files, archive: archiveOf(files).bytes }), temporaryFolder()]
    await downloadDataset(options(server, to))
    const newer = { ...files, 'train.csv': Buffer.from('corrected\n'), 'more.csv': Buffer.from('a\n') }
    server.options.archive = archiveOf(newer).bytes
    expect(await downloadDataset(options(server, to))).toMatchObject({ files: 20, fetched: 2 })
    expect(differences(tree(to), newer)).toEqual([])
  })
})

it('takes a single file out of the ZIP archive in which Kaggle sends it', async () => {
  const table = Buffer.from('id,value\n'.repeat(10_000))
  const zipped = { 'big.csv.zip': archiveOf({ 'big.csv': table }, { deflate: true }).bytes }
  const [server, to] = [await kaggleServer({ files: { 'folder/big.csv': table }, zipped }), temporaryFolder()]
  await downloadDataset(options(server, to))
  expect(differences(tree(to), { 'folder/big.csv': table })).toEqual([])
})

it('a size that the list states wrongly makes no file come twice', async () => {
  const table = Buffer.from('id,value\n'.repeat(1000))
  const [server, to] = [await kaggleServer({ files: { 'big.csv': table } }), temporaryFolder()]
  const sent = Buffer.from('id,value\n'.repeat(900))
  Object.assign(server.options, { zipped: { 'big.csv.zip': archiveOf({ 'big.csv': sent }).bytes } })
  expect(await downloadDataset(options(server, to))).toMatchObject({ fetched: 1 })
  expect(await downloadDataset(options(server, to))).toMatchObject({ fetched: 0 })
})

it('members larger than memory should hold go over the disk, with the same bytes', async () => {
  const large = { 'a.bin': Buffer.alloc(20 << 20, 'abc'), 'b.bin': Buffer.alloc(9 << 20, 7), 'c.csv': Buffer.from('c') }
  const [server, to] = [await kaggleServer({ files: large, archive: archiveOf(large).bytes }), temporaryFolder()]
  await downloadDataset(options(server, to))
  expect(differences(tree(to), large)).toEqual([])
})
