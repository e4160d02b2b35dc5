/** `mammokit-trainer validate` of a set of RSNA's size, tables only, and of files that are read too; the command as a process, its start included. */
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { writeDicom } from '@mammokit/dicom-io'
import { formatTrainCsv } from '@mammokit/screening-data'
import { createRandom } from '@mammokit/seeded-random'
import type { Benchmark, Contender } from './benchmark.ts'
import { startCommand } from './measured-process.ts'
import { startPythonPeer } from './python-peer.ts'

const rows = 54_706
const side = 448

/** @param args how many files are read; default 2000 */
export async function validateBenchmarks([files = '2000']: readonly string[]): Promise<readonly Benchmark[]> {
  const bytes = 2 * side * side
  const data = await writeSet(rows, () => new Uint8Array(0))
  return [
    {
      name: 'validate',
      shape: `${rows} rows and as many empty files in folders of four; tables only`,
      rounds: 5,
      ours: async () => startValidate(data, []),
      peers: [async () => startPythonPeer('pandas', 'validate.py', [data])],
    },
    {
      name: 'validate-contents',
      shape: `${files} DICOM files of ${side}x${side} pixels, 16 bits, all hashed, since they are equally large`,
      rounds: 1,
      work: { amount: (Number(files) * bytes) / 1e6, unit: 'MB' },
      ours: async () => startValidate(await writeSet(Number(files), writePicture), ['--contents']),
      peers: [],
    },
  ]
}

function startValidate(data: string, flags: readonly string[]): Contender {
  return startCommand('trainer', ['validate', '--data', data, ...flags], () => rm(data, { recursive: true }))
}

/** A set in RSNA's layout: four images of a patient, 2 % of the breasts with cancer. */
async function writeSet(images: number, contentOf: (image: number) => Uint8Array): Promise<string> {
  const data = await mkdtemp(join(process.env.BENCH_FOLDER ?? tmpdir(), 'mammokit-validate-'))
  const random = createRandom(13, 'validate')
  const records: Record<string, string | number>[] = []
  let cancer = 0
  for (let image = 0; image < images; image++) {
    const patient = 10_000 + 3 * (image >> 2)
    if (image % 2 === 0) cancer = random.chance(0.02) ? 1 : 0
    const folder = join(data, 'raw/train_images', String(patient))
    if (image % 4 === 0) await mkdir(folder, { recursive: true })
    const id = 1_000_000 + 31_337 * image
    records.push({
      site_id: 1 + random.integer(0, 1),
      patient_id: patient,
      image_id: id,
      laterality: image % 4 < 2 ? 'L' : 'R',
      view: image % 2 ? 'MLO' : 'CC',
      age: 40 + random.integer(0, 44),
      cancer,
      biopsy: cancer,
      invasive: 0,
      BIRADS: cancer ? '' : random.integer(0, 2),
      implant: 0,
      density: ['A', 'B', 'C', 'D'][random.integer(0, 3)],
      machine_id: [21, 29, 48, 49, 93, 170, 190, 210, 216, 197][random.integer(0, 9)],
      difficult_negative_case: 'False',
    })
    await writeFile(join(folder, `${id}.dcm`), contentOf(image))
  }
  await writeFile(join(data, 'raw/train.csv'), formatTrainCsv(records))
  return data
}

const noise = new Uint8Array(2 * side * side).map((_, at) => (at * 2_654_435_761) >>> 23)

/** No two the same, so that none is a copy. */
function writePicture(image: number): Uint8Array {
  const pixels = noise.slice()
  new DataView(pixels.buffer).setUint32(0, image)
  const short = (tag: string, value: number) => ({ tag, vr: 'US', value }) as const
  return writeDicom([
    { tag: '00080016', vr: 'UI', value: '1.2.840.10008.5.1.4.1.1.1.2' },
    { tag: '00080018', vr: 'UI', value: `2.25.${1_000_000 + image}` },
    { tag: '00080060', vr: 'CS', value: 'MG' },
    { tag: '00200062', vr: 'CS', value: image % 4 < 2 ? 'L' : 'R' },
    { tag: '00280004', vr: 'CS', value: 'MONOCHROME2' },
    short('00280002', 1),
    short('00280010', side),
    short('00280011', side),
    short('00280100', 16),
    short('00280101', 16),
    short('00280102', 15),
    short('00280103', 0),
    { tag: '7FE00010', vr: 'OW', value: pixels },
  ])
}
