/**
 * `npm run bench -- serve [minutes=10] [senders=4] [dicom=2] [quiet=2] [model=seresnext50 | demonstration]`: senders that each send a study
 * of four views, `dicom` of them by DCMTK's storescu where it is there, wait for its result and send the next: how many come back, how soon,
 * and what memory `mammokit-evaluator serve` takes.
 */
import { mkdtemp, rm } from 'node:fs/promises'
import { cpus, tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout } from 'node:timers/promises'
import { z } from 'zod'
import { median } from './benchmark.ts'
import { hasStorescu, type Sender, sendByDicom, sendByHttp } from './serve/senders.ts'
import { type ServiceProcess, startService } from './serve/service-process.ts'
import { openStudyCopies, type StudyCopy } from './serve/study-copies.ts'
import { prepareStudy } from './study.ts'

const optionsSchema = z.strictObject({
  minutes: z.coerce.number().positive().default(10),
  senders: z.coerce.number().int().min(1).default(4),
  dicom: z.coerce.number().int().min(0).optional(),
  quiet: z.coerce.number().min(0).default(2),
  model: z.enum(['seresnext50', 'demonstration']).default('seresnext50'),
})

type Options = z.output<typeof optionsSchema>

interface Sent {
  readonly uid: string
  /** From the last object to the result; none for a study that was lost. */
  readonly seconds: number | undefined
}

/** Seconds after which a study without a result is lost. */
const lostAfter = 900
const pollMs = 200

export async function serveBenchmark(args: readonly string[]): Promise<void> {
  const options = optionsSchema.parse(Object.fromEntries(args.map((arg) => arg.split('='))))
  const { minutes, senders, quiet } = options
  const dicom = Math.min(senders, options.dicom ?? (hasStorescu() ? Math.floor(senders / 2) : 0))
  const { files, modelPath } = await prepareStudy()
  const copyOf = await openStudyCopies(files)
  const spool = await mkdtemp(join(tmpdir(), 'mammokit-bench-spool-'))
  const flags = options.model === 'seresnext50' ? ['--model', modelPath] : []
  const service = await startService([...flags, '--spool', spool, '--quiet-seconds', `${quiet}`, '--keep', '0'])
  const memory: number[] = []
  const startMs = performance.now()
  const sampling = setInterval(() => memory.push(service.memory() ?? 0), 1000)
  const sent: Sent[] = []
  try {
    const endMs = performance.now() + minutes * 60_000
    let studies = 0
    const run = async (send: Sender) => {
      while (performance.now() < endMs) sent.push(await sendAndWait(service, copyOf(++studies), send))
    }
    await Promise.all(Array.from({ length: senders }, (_, at) => run(at < dicom ? sendByDicom : sendByHttp)))
  } finally {
    clearInterval(sampling)
    await service.stop()
    await rm(spool, { recursive: true, force: true })
  }
  report({ ...options, dicom }, sent, memory, (performance.now() - startMs) / 60_000)
}

async function sendAndWait(service: ServiceProcess, study: StudyCopy, send: Sender): Promise<Sent> {
  const { studyInstanceUid: uid, files } = study
  await send(service, study)
  const start = performance.now()
  while (performance.now() - start < lostAfter * 1000) {
    await setTimeout(pollMs)
    const response = await fetch(`${service.url}/api/results/${uid}`).catch(() => undefined)
    if (response === undefined) continue // a connection that was closed; asked again it is another one
    const body = (await response.json()) as { studies?: readonly unknown[]; summary?: { imagesAnswered: number } }
    if (response.status === 202) continue
    const isWhole = body.studies?.length === 1 && body.summary?.imagesAnswered === files.length
    return { uid, seconds: isWhole ? (performance.now() - start) / 1000 : undefined }
  }
  return { uid, seconds: undefined }
}

function report(
  { minutes, senders, dicom, quiet, model }: Options,
  sent: readonly Sent[],
  memory: readonly number[],
  elapsedMinutes: number,
): void {
  const seconds = sent.flatMap((one) => one.seconds ?? []).sort((a, b) => a - b)
  const lost = sent.length - seconds.length
  const mebibytes = (samples: readonly number[]) => (samples.length > 0 ? Math.round(median(samples)) : 0)
  const fifth = Math.max(1, Math.floor(memory.length / 5))
  const parts = Array.from({ length: 5 }, (_, i) => mebibytes(memory.slice(i * fifth, (i + 1) * fifth)))
  const result = {
    ...{ bench: 'serve', minutes, senders, dicom, quietSeconds: quiet, model, studies: sent.length, lost },
    studiesPerMinute: round(seconds.length / elapsedMinutes),
    p50Seconds: round(quantile(seconds, 0.5)),
    p95Seconds: round(quantile(seconds, 0.95)),
    memoryMiB: parts,
    maxMemoryMiB: Math.round(Math.max(0, ...memory)),
    machine: `${cpus()[0]?.model.trim() ?? 'unknown processor'}, ${cpus().length} cores, Node ${process.versions.node}`,
  }
  console.log(
    `| ${senders} senders, ${dicom} of them by C-STORE, ${minutes} min, ${model}, ${quiet} quiet seconds | |\n|---|---|`,
  )
  console.log(`| studies sent; lost | ${sent.length}; ${lost} |`)
  console.log(`| studies a minute | ${result.studiesPerMinute} |`)
  console.log(`| from the last object to the result, p50; p95 | ${result.p50Seconds} s; ${result.p95Seconds} s |`)
  console.log(
    `| memory in each fifth of the time, median, MiB; at most | ${parts.join(', ')}; ${result.maxMemoryMiB} |`,
  )
  console.log(JSON.stringify(result))
}

const round = (value: number): number => Number(value.toPrecision(3))

/** The value that this share of the sorted values does not exceed. */
function quantile(sorted: readonly number[], share: number): number {
  return sorted[Math.max(0, Math.ceil(share * sorted.length) - 1)] ?? Number.NaN
}
