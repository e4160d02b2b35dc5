import { createHash } from 'node:crypto'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { type DicomElements, readDicom, readElements } from '@mammokit/dicom-io'
import { describe, expect, test } from 'vitest'
import { writeCapture } from '../../src/dicom/write-capture.ts'
import { writeReport } from '../../src/dicom/write-report.ts'
import { type ImageFacts, readFacts } from '../../src/files/read-facts.ts'
import {
  type AnalyzeOptions,
  analyzeStudies,
  type DicomObject,
  type Overlay,
  type Result,
  readReports,
} from '../../src/index.ts'
import { description, modelOf, temporaryFolder, type View, viewFile, write } from '../study-files.ts'

const name = {
  '00080005 CS': 'ISO_IR 100',
  '00100010 PN': 'Müller^Jutta',
  '00100030 DA': '19600229',
  '00080050 SH': 'A7',
  '00080030 TM': '101500',
  '00200010 SH': 'S1',
}
const now = new Date(2026, 0, 2, 3, 4, 5)

/** A left breast of two views, and a right one whose only image is not admitted. */
async function writeViews(folder: string, names: readonly ('cc' | 'mlo' | 'right')[]): Promise<void> {
  const views: Record<string, View> = {
    cc: { seed: 1, elements: name },
    mlo: { seed: 2, view: 'MLO', elements: name },
    right: { seed: 3, laterality: 'R', elements: { ...name, '00080068 CS': 'FOR PROCESSING' } },
  }
  for (const each of names) await write(join(folder, each), viewFile(views[each]))
}

async function analyze(
  folder: string,
  out: string,
): Promise<{ result: Result; objects: DicomObject[]; overlays: Overlay[] }> {
  const objects: DicomObject[] = []
  const overlays: Overlay[] = []
  const result = await analyzeStudies([folder], modelOf([0.875, 0.75]), {
    now,
    reports: await readReports(out),
    async writeDicom(object) {
      objects.push(object)
      await write(join(out, object.studyId, object.name), object.bytes)
    },
    async writeOverlay(overlay) {
      overlays.push(overlay)
      return overlay.imageId
    },
  })
  return { result, objects, overlays }
}

/** A line for each content item: relationship, type, name, value. */
function outline(item: DicomElements, depth = 0): string[] {
  const meaning = (code: DicomElements | undefined) => code?.text('00080104') ?? ''
  const measured = item.items('0040A300')[0]
  const value = [
    item.text('0040A160'),
    meaning(item.items('0040A168')[0]),
    item.text('0040A124') && 'UID',
    measured && `${measured.text('0040A30A')} ${measured.items('004008EA')[0]!.text('00080100')}`,
    item.items('00081199')[0]?.text('00081155'),
  ].find(Boolean)
  const [relationship = '', type, what] = [
    item.text('0040A010'),
    item.text('0040A040'),
    meaning(item.items('0040A043')[0]),
  ]
  const line = `${'  '.repeat(depth)}${[relationship, type, what, value ?? ''].join(' | ')}`.trimEnd()
  return [line, ...item.items('0040A730').flatMap((child) => outline(child, depth + 1))]
}

/** Tracking Unique Identifiers of a report's measurement groups. */
function trackingUidsOf(item: DicomElements): string[] {
  const isTracking = item.items('0040A043')[0]?.text('00080100') === '112040'
  return [...(isTracking ? [item.text('0040A124')!] : []), ...item.items('0040A730').flatMap(trackingUidsOf)]
}

const reportIn = (objects: readonly DicomObject[]) => objects.find(({ kind }) => kind === 'report')

describe('DICOM objects', () => {
  test('a report has a measurement group for each breast, after TID 1500, and repeats whose study it is', async () => {
    const folder = await temporaryFolder()
    await writeViews(join(folder, 'in'), ['cc', 'mlo', 'right'])
    const { result, objects } = await analyze(join(folder, 'in'), join(folder, 'out'))
    const report = await readElements(reportIn(objects)!.bytes)
    expect(report.text('00080016')).toBe('1.2.840.10008.5.1.4.1.1.88.34')
    expect(
      ['00100010', '00100030', '00080050', '0020000D', '00080023', '00080033'].map((tag) => report.text(tag)),
    ).toEqual(['Müller^Jutta', '19600229', 'A7', '1.2.3.100', '20260102', '030405'])
    expect(report.items('0040A504')[0]!.text('0040DB00')).toBe('1500')
    const [{ breasts }] = result.studies
    const percent = Math.round(breasts[0].probability! * 1e6) / 1e4
    expect(outline(report)).toEqual([
      ' | CONTAINER | Imaging Measurement Report |',
      '  HAS CONCEPT MOD | CODE | Language of Content Item and Descendants | English (United States)',
      '  HAS OBS CONTEXT | CODE | Observer Type | Device',
      '  HAS OBS CONTEXT | UIDREF | Device Observer UID | UID',
      '  HAS OBS CONTEXT | TEXT | Device Observer Name | MammoKit',
      '  HAS CONCEPT MOD | CODE | Procedure reported | Mammography',
      `  CONTAINS | TEXT | Comment | ${result.notice}`,
      '  CONTAINS | TEXT | Comment | Warning: breast:r-abstained',
      '  CONTAINS | CONTAINER | Imaging Measurements |',
      '    CONTAINS | CONTAINER | Measurement Group |',
      '      HAS OBS CONTEXT | TEXT | Tracking Identifier | Left breast',
      '      HAS OBS CONTEXT | UIDREF | Tracking Unique Identifier | UID',
      '      HAS CONCEPT MOD | TEXT | Algorithm Name | MammoKit mammogram-classifier',
      '      HAS CONCEPT MOD | TEXT | Algorithm Version | 0.1.0',
      '      HAS CONCEPT MOD | TEXT | Algorithm Parameters | weights c0ffee',
      `      HAS CONCEPT MOD | TEXT | Algorithm Parameters | preprocessing ${result.model.preprocessHash}`,
      '      HAS CONCEPT MOD | TEXT | Algorithm Parameters | mean of the images',
      '      HAS CONCEPT MOD | TEXT | Algorithm Parameters | calibrated',
      '      HAS CONCEPT MOD | CODE | Finding Site | Breast',
      '        HAS CONCEPT MOD | CODE | Laterality | Left',
      `      CONTAINS | NUM | Probability of cancer | ${percent} %`,
      '        INFERRED FROM | IMAGE | Source of Measurement | 1.2.3.1',
      '        INFERRED FROM | IMAGE | Source of Measurement | 1.2.3.2',
      '      CONTAINS | TEXT | Comment | Suspicious at the operating point of 26.89 %.',
      '    CONTAINS | CONTAINER | Measurement Group |',
      '      HAS OBS CONTEXT | TEXT | Tracking Identifier | Right breast',
      '      HAS OBS CONTEXT | UIDREF | Tracking Unique Identifier | UID',
      '      HAS CONCEPT MOD | TEXT | Algorithm Name | MammoKit mammogram-classifier',
      '      HAS CONCEPT MOD | TEXT | Algorithm Version | 0.1.0',
      '      HAS CONCEPT MOD | TEXT | Algorithm Parameters | weights c0ffee',
      `      HAS CONCEPT MOD | TEXT | Algorithm Parameters | preprocessing ${result.model.preprocessHash}`,
      '      HAS CONCEPT MOD | TEXT | Algorithm Parameters | mean of the images',
      '      HAS CONCEPT MOD | TEXT | Algorithm Parameters | calibrated',
      '      HAS CONCEPT MOD | CODE | Finding Site | Breast',
      '        HAS CONCEPT MOD | CODE | Laterality | Right',
      `      CONTAINS | TEXT | Comment | ${breasts[1].abstention!.reason}`,
      '      CONTAINS | TEXT | Comment | Warning: view:no-cc',
      '      CONTAINS | TEXT | Comment | Warning: view:no-mlo',
      '      CONTAINS | TEXT | Comment | Warning: images:1-left-out',
    ])
    const evidence = report.items('0040A375')[0]!
    const [series] = evidence.items('00081115')
    expect([evidence.text('0020000D'), series!.text('0020000E')]).toEqual(['1.2.3.100', '1.2.3.100.1'])
    expect(series!.items('00081199').map((one) => one.text('00081155'))).toEqual(['1.2.3.1', '1.2.3.2', '1.2.3.3'])
    expect(result.notice).toContain('Not a medical device')
  })

  test('a capture has the pixels of the overlay, in a series of its own, and names its source', async () => {
    const folder = await temporaryFolder()
    await writeViews(join(folder, 'in'), ['cc', 'right'])
    const { objects, overlays } = await analyze(join(folder, 'in'), join(folder, 'out'))
    const [capture] = objects
    const { header, decodeFrame } = await readDicom(capture.bytes)
    const { data, channels } = await decodeFrame()
    const [{ rgba, height, width }] = overlays
    expect([header.rows, header.columns, channels]).toEqual([height, width, 3])
    expect([...data]).toEqual([...rgba].filter((_, at) => at % 4 !== 3))
    const { elements } = header
    expect(header).toMatchObject({
      sopClassUid: '1.2.840.10008.5.1.4.1.1.7.4',
      studyInstanceUid: '1.2.3.100',
      burnedInAnnotation: 'YES',
      imageLaterality: 'L',
      imageType: ['DERIVED', 'SECONDARY'],
      modality: 'OT',
    })
    expect(elements.items('00082112')[0]!.text('00081155')).toBe('1.2.3.1')
    const report = await readElements(reportIn(objects)!.bytes)
    const series = [header.seriesInstanceUid, report.text('0020000E'), '1.2.3.100.1']
    expect(new Set(series).size).toBe(3)
  })

  test('the same study gives the same objects; a late image a new report, which names its predecessor', async () => {
    const folder = await temporaryFolder()
    const [input, out] = [join(folder, 'in'), join(folder, 'out')]
    await writeViews(input, ['cc'])
    const first = await analyze(input, out)
    const elsewhere = await analyze(input, join(folder, 'elsewhere'))
    const bytesOf = ({ objects }: { objects: DicomObject[] }) =>
      objects.map(({ bytes }) => Buffer.from(bytes).toString('hex'))
    expect(bytesOf(elsewhere)).toEqual(bytesOf(first))

    const again = await analyze(input, out)
    expect(again.objects.map(({ kind }) => kind)).toEqual(['capture'])

    await writeViews(input, ['mlo'])
    const late = reportIn((await analyze(input, out)).objects)!
    expect(late.sopInstanceUid).not.toBe(reportIn(first.objects)!.sopInstanceUid)
    const reports = await readReports(out)
    expect(reports.find(({ sopInstanceUid }) => sopInstanceUid === late.sopInstanceUid)?.predecessors).toEqual([
      reportIn(first.objects)!.sopInstanceUid,
    ])
    // The third follows the second alone.
    await writeViews(input, ['right'])
    const third = reportIn((await analyze(input, out)).objects)!
    const found = (await readReports(out)).find(({ sopInstanceUid }) => sopInstanceUid === third.sopInstanceUid)
    expect(found?.predecessors).toEqual([late.sopInstanceUid])
    const numbers = [first, { objects: [late] }, { objects: [third] }].map(async ({ objects }) =>
      (await readElements(reportIn(objects)!.bytes)).text('00200013'),
    )
    expect(await Promise.all(numbers)).toEqual(['1', '2', '3'])
    expect((await analyze(input, out)).objects.filter(({ kind }) => kind === 'report')).toEqual([])
  })

  test('whatever an object says has its own UID: another operating point, frame or side', async () => {
    const folder = await temporaryFolder()
    const elements = { ...name, '00280008 IS': '2', '00280010 US': [64], '00200062 CS': '' }
    await write(join(folder, 'a.dcm'), viewFile({ elements }))
    const uids = new Set<string>()
    const add = async (options: AnalyzeOptions, threshold = 0.5) => {
      const model = modelOf([0.75], { decision: { ...description.decision!, threshold } })
      await analyzeStudies([folder], model, {
        now,
        laterality: 'L',
        frame: 0,
        ...options,
        writeDicom: async ({ sopInstanceUid }) => void uids.add(sopInstanceUid),
      })
    }
    await add({})
    expect(uids.size).toBe(2)
    await add({}) // the same again
    expect(uids.size).toBe(2)
    await add({}, 0.6) // a report
    expect(uids.size).toBe(3)
    await add({ frame: 1 }) // a capture; the answer is the same
    expect(uids.size).toBe(4)
    await add({ laterality: 'R' }) // both
    expect(uids.size).toBe(6)
  })

  test('images of unknown side are told of in a report, and withhold the answer of a study that is not called', async () => {
    const folder = await temporaryFolder()
    await write(join(folder, 'l'), viewFile({ seed: 1 }))
    await write(join(folder, 'unknown'), viewFile({ seed: 2, elements: { '00200062 CS': '' } }))
    for (const [probability, call, reasons] of [
      [0.9, 'suspicious', []],
      [0.1, null, ['No answer for the study: 1 image of unknown side has no answer, and no breast is called.']],
    ] as const) {
      const objects: DicomObject[] = []
      const writeDicom = async (object: DicomObject) => void objects.push(object)
      const { studies } = await analyzeStudies([folder], modelOf([probability]), { now, writeDicom })
      expect([studies[0].call, studies[0].abstention?.code]).toEqual([call, call ? undefined : 'laterality-unknown'])
      const lines = outline(await readElements(reportIn(objects)!.bytes))
      const [, ...comments] = lines.filter((line) => line.startsWith('  CONTAINS | TEXT | Comment'))
      const told = [...reasons, 'Warning: breast:no-r', 'Warning: images:1-of-unknown-side']
      expect(comments).toEqual(told.map((sentence) => `  CONTAINS | TEXT | Comment | ${sentence}`))
    }
  })

  test('a report of other warnings or another abstention of the study has another UID', async () => {
    const folder = await temporaryFolder()
    await write(join(folder, 'in', 'a'), viewFile())
    const [study] = (await analyze(join(folder, 'in'), join(folder, 'out'))).result.studies
    const facts = (await readFacts({ path: join(folder, 'in', 'a'), isNamed: true }, {})) as ImageFacts
    const abstention = { code: 'laterality-unknown', check: null, reason: 'One image.' } as const
    const uids = [study, { ...study, warnings: [] }, { ...study, abstention }].map((each) => {
      const made = writeReport(each, [facts], { aggregation: 'mean', now, reports: [] })
      return typeof made === 'object' && made.sopInstanceUid
    })
    expect(new Set(uids).size).toBe(3)
  })

  test('two patients under one Study Instance UID share no series, and no report names that of the other', async () => {
    const folder = await temporaryFolder()
    const [input, out] = [join(folder, 'in'), join(folder, 'out')]
    const add = async (patient: string, seed: number, view: string) =>
      await write(
        join(input, `${patient}-${view}`),
        viewFile({ seed, view, sopInstanceUid: `1.2.3.${seed}`, elements: { '00100020 LO': patient } }),
      )
    await add('P1', 1, 'CC')
    await add('P2', 2, 'CC')
    const first = (await analyze(input, out)).objects
    const headers = await Promise.all(first.map(({ bytes }) => readElements(bytes)))
    expect(headers.map((header) => header.text('0020000D'))).toEqual(Array(4).fill('1.2.3.100'))
    expect(new Set(headers.map((header) => header.text('0020000E'))).size).toBe(4)
    const trackingUids = headers.flatMap((header) => trackingUidsOf(header))
    expect([trackingUids.length, new Set(trackingUids).size]).toEqual([2, 2])

    await add('P2', 3, 'MLO')
    const [late] = (await analyze(input, out)).objects.filter(({ kind }) => kind === 'report')
    const before = first.find(({ kind, studyId }) => kind === 'report' && studyId === late!.studyId)
    const { predecessors } = (await readReports(out)).find(
      ({ sopInstanceUid }) => sopInstanceUid === late!.sopInstanceUid,
    )!
    expect(predecessors).toEqual([before!.sopInstanceUid])
  })

  test('without a Patient ID that can be written there is no report and no capture', async () => {
    const folder = await temporaryFolder()
    await write(join(folder, 'in', 'a'), viewFile({ elements: { '00100020 LO': 'P'.repeat(70) } }))
    const { result, objects } = await analyze(join(folder, 'in'), join(folder, 'out'))
    expect(objects).toEqual([])
    expect(result.summary.breastsAnswered).toBe(1)
    expect(result.studies[0].warnings).toEqual(['breast:no-r', 'dicom:no-report', 'dicom:1-captures-missing'])
  })

  test('attributes that break their representation are left out, which result and report say, and cost no report', async () => {
    const folder = await temporaryFolder()
    const elements = { '00100030 DA': '29.02.60', '00080050 SH': 'more than sixteen characters' }
    await write(join(folder, 'in', 'a'), viewFile({ elements }))
    const { result, objects } = await analyze(join(folder, 'in'), join(folder, 'out'))
    const leftOut = ['dicom:accession-number-left-out', 'dicom:patient-birth-date-left-out']
    expect(result.studies[0].warnings).toEqual(['breast:no-r', ...leftOut])
    const report = await readElements(reportIn(objects)!.bytes)
    const told = leftOut.map((warning) => `  CONTAINS | TEXT | Comment | Warning: ${warning}`)
    expect(outline(report)).toEqual(expect.arrayContaining(told))
    expect([report.text('00100030'), report.text('00080050'), report.text('00100020')]).toEqual([
      undefined,
      undefined,
      'P1',
    ])
    expect(report.get('00100030')).toBeDefined()
  })

  test.each([
    [{ '0020000E UI': '' }, ['breast:no-r', 'dicom:no-report'], 1],
    [{ '0020000D UI': '1.02.3' }, ['breast:no-r', 'dicom:no-report', 'dicom:1-captures-missing'], 0],
    [{ '00080018 UI': 'no UID' }, ['breast:no-r', 'dicom:no-report', 'dicom:1-captures-missing'], 0],
  ])(
    'an image with %o gives an answer, and a warning in place of what cannot refer to it',
    async (elements, warnings, captures) => {
      const folder = await temporaryFolder()
      await write(join(folder, 'in', 'a'), viewFile({ elements }))
      const { result, objects } = await analyze(join(folder, 'in'), join(folder, 'out'))
      expect(result.summary.breastsAnswered).toBe(1)
      expect(reportIn(objects)).toBeUndefined()
      expect(objects).toHaveLength(captures)
      expect(result.studies[0].warnings).toEqual(warnings)
    },
  )
})

/** An overlay whose every channel is known. */
const gradient: Overlay = {
  imageId: '0123456789abcdef',
  height: 48,
  width: 40,
  rgba: Uint8ClampedArray.from({ length: 48 * 40 * 4 }, (_, at) => (at % 4 === 3 ? 255 : (at * 7) % 251)),
}

/** What the recorder reads: report and captures of a study, and the gradient as a capture. */
async function writeRecorded(folder: string, out: string) {
  await writeViews(join(folder, 'in'), ['cc', 'mlo', 'right'])
  const { result, objects } = await analyze(join(folder, 'in'), out)
  const facts = (await readFacts({ path: join(folder, 'in', 'cc'), isNamed: true }, {})) as ImageFacts
  const options = { studyId: 'a', modelHash: 'b', preprocessHash: 'c', instanceNumber: 1, now }
  const capture = writeCapture(gradient, facts, options)!
  await write(join(out, capture.studyId, capture.name), capture.bytes)
  return { result, objects: [...objects, capture] }
}

test('pydicom, highdicom, DCMTK and dicom3tools read what was written, and dicom3tools finds no fault', async () => {
  const { objects: read } = JSON.parse(readFileSync(new URL('../fixtures/read-back.json', import.meta.url), 'utf8'))
  const folder = await temporaryFolder()
  const { result, objects } = await writeRecorded(folder, process.env.MAMMOKIT_KEEP_DICOM ?? join(folder, 'out'))
  expect(read).toHaveLength(objects.length)
  for (const { dciodvfy, patientName } of read)
    expect({ dciodvfy, patientName }).toEqual({ dciodvfy: [], patientName: 'Müller^Jutta' })
  const captures = read.filter(({ kind }: { kind: string }) => kind === 'capture')
  const { height, width, rgba } = gradient
  const rgb = Uint8Array.from(rgba.filter((_, at) => at % 4 !== 3))
  expect(captures).toContainEqual(
    expect.objectContaining({
      sopClass: 'Multi-frame True Color Secondary Capture Image Storage',
      shape: [height, width, 3],
      pixelsSha256: createHash('sha256').update(rgb).digest('hex'),
      burnedInAnnotation: 'YES',
      laterality: 'L',
      source: ['1.2.3.1'],
    }),
  )
  const [report] = read.filter(({ kind }: { kind: string }) => kind === 'report')
  const [left, right] = result.studies[0].breasts
  expect(report).toMatchObject({
    sopClass: 'Comprehensive 3D SR Storage',
    title: 'Imaging Measurement Report',
    template: '1500',
    comments: [result.notice, 'Warning: breast:r-abstained'],
    evidence: ['1.2.3.1', '1.2.3.2', '1.2.3.3'],
    dsrdump: [0, []],
  })
  const name = ['111047', 'DCM', 'Probability of cancer']
  expect(report.groups).toMatchObject([
    { findingSite: 'Left breast', measurement: { name, unit: '%', sources: 2 } },
    { findingSite: 'Right breast', measurement: null },
  ])
  expect(Math.abs(report.groups[0].measurement.value - 100 * left.probability!)).toBeLessThanOrEqual(1e-4)
  expect(right.probability).toBeNull()
})
