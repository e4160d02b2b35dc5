/**
 * Every file of two public collections of DICOM files: exact against its reference, or refused with the error that is written
 * here. `npm run golden` prints the table.
 */
import { createHash } from 'node:crypto'
import { existsSync, readFileSync } from 'node:fs'
import { describe, expect, test } from 'vitest'
import { type DicomError, readDicom, toPresentation } from '../src/index.ts'

const samples = `${process.env.MAMMOKIT_TEST_DATA}/dicom/`
const debian = '/usr/lib/python3/dist-packages/pydicom/data/test_files/'

/** Files that are refused though they seem to hold an image, and files that are damaged. */
const refused: Readonly<Record<string, string>> = {
  'JPEG2000-embedded-sequence-delimiter.dcm': 'mismatch', // the delimiter overwrites the image's width
  'MR_truncated.dcm': 'truncated',
  'rtplan_truncated.dcm': 'truncated',
  'DICOMDIR-implicit': 'truncated',
  'DICOMDIR-nooffset': 'truncated',
  'meta_missing_tsyntax.dcm': 'not-dicom',
  'no_meta.dcm': 'not-dicom',
  README: 'not-dicom',
}

/** Files that pydicom reads when what is wrong in them is put right: the digests that it gives then. */
const mended: Readonly<Record<string, string>> = {
  'badVR.dcm': 'e30a4288ac22902293b3b0144d9cd786', // Number of Frames is 1A: NumberOfFrames = 15
}

/** What dcmdjpeg of DCMTK 3.6.7 makes of files that pydicom does not decode. */
const byDcmtk: Readonly<Record<string, string>> = {
  'CTImage.dcm_JPEGProcess10_12TransferSyntax_1.2.840.10008.1.2.4.55.dcm': '85e3b617e00dc755e55971bfe8770210',
  'CTImage.dcm_JPEGProcess6_8TransferSyntax_1.2.840.10008.1.2.4.53.dcm': '85e3b617e00dc755e55971bfe8770210',
}

interface Row {
  readonly file: string
  readonly transfer_syntax: string
  readonly sha256_32: string
}

function readCsv<T>(path: string | URL): T[] {
  const [names, ...rows] = readFileSync(path, 'utf8').trim().split('\n').map(cells)
  return rows.map((row) => Object.fromEntries(names!.map((name, index) => [name, row[index]])) as T)
}

function cells(line: string): string[] {
  return [...line.matchAll(/("[^"]*"|[^,]*)(?:,|$)/g)].map((match) => match[1]!.replaceAll('"', ''))
}

function recorded(name: string): Row[] {
  return readCsv<Row>(new URL(`./fixtures/${name}`, import.meta.url))
}

/** References of the collection itself, agreed upon by several decoders. They hold YBR where pydicom's hold RGB. */
function trusted(): Map<string, string> {
  const rows = readCsv<{ file: string; trusted_sha: string }>(`${samples}REFERENCE_PIXELS.csv`)
  return new Map(rows.map((row) => [row.file.replace(/^dicom\//, ''), row.trusted_sha]))
}

async function digest(path: string): Promise<{ digest: string; isConverted: boolean }> {
  const image = await readDicom(path)
  const hash = createHash('sha256')
  for (let index = 0; index < image.header.numberOfFrames; index++) {
    // Slow machines need more than the usual 10 seconds for the largest.
    const frame = await image.decodeFrame(index, { timeoutMs: 50_000 })
    hash.update(new Uint8Array(frame.data.buffer, frame.data.byteOffset, frame.data.byteLength))
    if (frame.channels === 1) expect(toPresentation(frame, image.header).data.length).toBe(frame.data.length)
  }
  const isConverted = image.header.photometricInterpretation.startsWith('YBR_FULL')
  return { digest: hash.digest('hex').slice(0, 32), isConverted }
}

function table(folder: string, rows: readonly Row[], references: ReadonlyMap<string, string>): void {
  for (const { file, transfer_syntax: syntax, sha256_32 } of rows) {
    const name = file.split('/').at(-1)!
    const reference = references.get(file) || byDcmtk[name]
    const pydicom = mended[name] ?? sha256_32
    const code = refused[name] ?? (reference || pydicom ? undefined : 'no-pixels')
    if (code !== undefined) {
      test(`${file} · ${syntax || '-'} · refused: ${code}`, async () => {
        const failure: DicomError = await digest(folder + file).then(
          () => Promise.reject(new Error('decoded')),
          (error) => error,
        )
        expect(failure).toMatchObject({ name: 'DicomError', code, details: { path: folder + file } })
      })
      continue
    }
    test(`${file} · ${syntax || '-'} · exact`, async () => {
      const ours = await digest(folder + file)
      if (reference && !ours.isConverted) expect(ours.digest).toBe(reference)
      else expect(ours.digest).toBe(pydicom)
    })
  }
}

describe('samples of NEMA, cornerstone, dicom-parser and pydicom', () => {
  if (!existsSync(samples)) test.skip(`skipped: ${samples} is not on this machine`)
  else table(samples, recorded('pydicom-samples.csv'), trusted())
})

describe("test files of Debian's python3-pydicom", () => {
  if (!existsSync(debian)) test.skip(`skipped: ${debian} is not on this machine`)
  else if (!existsSync(samples)) test.skip(`skipped: ${samples}, which holds their references, is not on this machine`)
  else table(debian, recorded('pydicom-debian.csv'), byName(trusted()))
})

/** The same files lie in another folder there; 12-bit JPEG is exact against two decoders and not against pydicom's. */
function byName(references: ReadonlyMap<string, string>): Map<string, string> {
  return new Map([...references].map(([file, sha]) => [file.replace(/^pydicom\//, ''), sha]))
}
