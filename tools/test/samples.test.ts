/** The samples in docs/samples have the form that today's programs write. */
import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { resultSchema } from '@mammokit/study-service'
import { expect, it } from 'vitest'
import { drawRecording, type Recording } from '../src/demo/draw-recording.ts'
import { samplePatient } from '../src/demo/sample-patient.ts'
import { workspaceRoot } from '../src/packages/pack.ts'

const read = (path: string) => readFileSync(join(workspaceRoot, path), 'utf8')
const recording = JSON.parse(read('docs/samples/demo-recording.json')) as Recording

it('result.json has every key of the schema and no other', () => {
  const sample = JSON.parse(read('docs/samples/result.json'))
  expect(resultSchema.parse(sample)).toEqual(sample)
  expect(sample.studies[0].breasts).toHaveLength(2)
})

it('result.json is chosen by a rule: the first test patient with a cancer in exactly one breast', () => {
  const rows = [
    ...['L', 'R'].map((laterality) => ({ patientId: '1', laterality, cancer: true, subset: 'test' }) as const),
    ...['L', 'R'].map((laterality) => ({ patientId: '2', laterality, cancer: false, subset: 'test' }) as const),
    { patientId: '3', laterality: 'L', cancer: true, subset: 'train' } as const,
    { patientId: '4', laterality: 'R', cancer: true, subset: 'test' } as const,
    { patientId: '4', laterality: 'R', cancer: true, subset: 'test' } as const,
    { patientId: '5', laterality: 'L', cancer: true, subset: 'test' } as const,
  ]
  expect(samplePatient(rows)).toBe('4')
  expect(() => samplePatient(rows.slice(0, 5))).toThrow('exactly one breast')
})

it('report.html is the report of the recorded run, and every heading of it is one that a report has today', () => {
  const report = read('docs/samples/report.html')
  const threshold = recording.lines.flatMap(([, text]) => /^ {2}threshold +([\d.]+)$/.exec(text)?.[1] ?? [])[0]
  expect(report).toContain(threshold)
  const folder = join(workspaceRoot, 'apps/evaluator/src/report')
  const files = readdirSync(folder, { recursive: true, encoding: 'utf8' }).filter((path) => path.endsWith('.ts'))
  const sources = files.map((path) => readFileSync(join(folder, path), 'utf8')).join('\n')
  const headings = [...report.matchAll(/<h2[^>]*>([^<]*)/g)].map(([, heading]) => heading!)
  expect(headings.length).toBeGreaterThan(10)
  expect(headings.filter((heading) => !sources.includes(heading))).toEqual([])
})

it('the recording has the stages that the demo has, at times that never fall', () => {
  const stages = [...read('tools/src/demo/demo.ts').matchAll(/title: '(.*?)'/g)].map(([, title]) => title)
  const recorded = recording.lines.flatMap(([, text]) => /^\[\d+\/\d+\] (.*)$/.exec(text)?.[1] ?? [])
  expect(recorded).toEqual(stages)
  const times = recording.lines.map(([second]) => second)
  expect(times.toSorted((a, b) => a - b)).toEqual(times)
})

it('demo.svg is the drawing of the recording, below 1 MB', () => {
  const svg = read('docs/images/demo.svg')
  expect(svg).toBe(drawRecording(recording))
  expect(svg.length).toBeLessThan(1_000_000)
})
