/**
 * `npm run bench -- serve [minutes=10] [senders=4] [dicom=2] [quiet=2] [rate=N] [waiting=1000] [model=seresnext50 | demonstration]`: senders
 * that each send a study of four views, `dicom` of them by DCMTK's storescu where it is there, wait for its result and send the next: how
 * many come back, how soon, and what memory and processor time `mammokit-evaluator serve` takes. With a rate they send that many studies a
 * minute together, whatever waits; one that is refused, as more than `waiting` studies wait, is sent again at the sender's next turn.
 */
import { mkdtemp, rm } from 'node:fs/promises'
import { cpus, loadavg, tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout } from 'node:timers/promises'
import { z } from 'zod'
import { median } from './benchmark.ts'
import { hasStorescu, Refused, type Sender, sendByDicom, sendByHttp } from './serve/senders.ts'
import { type ServiceProcess, startService } from './serve/service-process.ts'
import { openStudyCopies, type StudyCopy } from './serve/study-copies.ts'
import { prepareStudies } from './study.ts'

const optionsSchema = z.strictObject({
  minutes: z.coerce.number().positive().default(10),
  senders: z.coerce.number().int().min(1).default(4),
  dicom: z.coerce.number().int().min(0).optional(),
  quiet: z.coerce.number().min(0).default(2),
  rate: z.coerce.number().positive().optional(),
  waiting: z.coerce.number().int().positive().default(1000),
  model: z.enum(['seresnext50', 'demonstration']).default('seresnext50'),
})

type Options = z.output<typeof optionsSchema>

interface Sent {
  readonly uid: string
  /** From the last object to the result; none for a study that was lost. */
  readonly seconds: number | undefined
}

/** What was seen beside the studies. */
interface Load {
  /** MiB of the service, each second. */
  readonly memory: number[]
  /** Load average of the machine, each second. */
  readonly machine: number[]
  refusals: number
  /** Of the service. */
  processorSeconds: number
  /** Until the last result. */
  minutes: number
}

/** Seconds after which a study without a result is lost. */
const lostAfter = 900
const pollMs = 200

export async function serveBenchmark(args: readonly string[]): Promise<void> {
  const options = optionsSchema.parse(Object.fromEntries(args.map((arg) => arg.split('='))))
  const { minutes, senders, quiet } = options
  const dicom = Math.min(senders, options.dicom ?? (hasStorescu() ? Math.floor(senders / 2) : 0))
  const { studies: originals, modelPath } = await prepareStudies()
  const copiesOf = await Promise.all(originals.map(openStudyCopies))
  const copyOf = (number: number) => copiesOf[number % copiesOf.length]!(number)
  const spool = await mkdtemp(join(tmpdir(), 'mammokit-bench-spool-'))
  const flags = options.model === 'seresnext50' ? ['--model', modelPath] : []
  flags.push('--option', `spoolLimits.waitingStudies=${options.waiting}`)
  const service = await startService([...flags, '--spool', spool, '--quiet-seconds', `${quiet}`, '--keep', '0'])
  const load: Load = { memory: [], machine: [], refusals: 0, processorSeconds: 0, minutes: 0 }
  const startMs = performance.now()
  const sampling = setInterval(() => {
    load.memory.push(service.memory() ?? 0)
    load.machine.push(loadavg()[0]!)
  }, 1000)
  const sent: Sent[] = []
  try {
    const endMs = performance.now() + minutes * 60_000
    let studies = 0
    const next = () => copyOf(++studies)
    const run = async (send: Sender) => {
      while (performance.now() < endMs) {
        const study = next()
        await send(service, study)
        sent.push(await waitForResult(service, study))
      }
    }
    const runAtRate = async (send: Sender, at: number, everyMs: number) => {
      const results: Promise<number>[] = []
      let study = next()
      for (let turnMs = startMs + (at * everyMs) / senders; turnMs < endMs; turnMs += everyMs) {
        await setTimeout(Math.max(0, turnMs - performance.now()))
        try {
          await send(service, study)
        } catch (error) {
          if (!(error instanceof Refused)) throw error
          load.refusals++
          continue
        }
        results.push(waitForResult(service, study).then((one) => sent.push(one)))
        study = next()
      }
      await Promise.all(results)
    }
    await Promise.all(
      Array.from({ length: senders }, (_, at) => {
        const send = at < dicom ? sendByDicom : sendByHttp
        return options.rate === undefined ? run(send) : runAtRate(send, at, (60_000 * senders) / options.rate)
      }),
    )
    load.processorSeconds = service.processorSeconds() ?? 0
  } finally {
    clearInterval(sampling)
    await service.stop()
    await rm(spool, { recursive: true, force: true })
  }
  load.minutes = (performance.now() - startMs) / 60_000
  report({ ...options, dicom }, sent, load)
}

async function waitForResult(service: ServiceProcess, { studyInstanceUid: uid, files }: StudyCopy): Promise<Sent> {
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

function report(options: Options, sent: readonly Sent[], load: Load): void {
  const { minutes, senders, dicom, quiet, model, rate, waiting } = options
  const { memory, refusals } = load
  const seconds = sent.flatMap((one) => one.seconds ?? []).sort((a, b) => a - b)
  const lost = sent.length - seconds.length
  const mebibytes = (samples: readonly number[]) => (samples.length > 0 ? Math.round(median(samples)) : 0)
  const fifth = Math.max(1, Math.floor(memory.length / 5))
  const parts = Array.from({ length: 5 }, (_, i) => mebibytes(memory.slice(i * fifth, (i + 1) * fifth)))
  const result = {
    bench: 'serve',
    minutes,
    senders,
    dicom,
    quietSeconds: quiet,
    rate,
    waiting,
    model,
    studies: sent.length,
    lost,
    refusals,
    studiesPerMinute: round(seconds.length / load.minutes),
    p50Seconds: round(quantile(seconds, 0.5)),
    p95Seconds: round(quantile(seconds, 0.95)),
    processorSecondsPerStudy: round(load.processorSeconds / Math.max(1, seconds.length)),
    memoryMiB: parts,
    maxMemoryMiB: Math.round(Math.max(0, ...memory)),
    machineLoad: load.machine.length > 0 ? round(median(load.machine)) : 0,
    machine: `${cpus()[0]?.model.trim() ?? 'unknown processor'}, ${cpus().length} cores, Node ${process.versions.node}`,
  }
  const pace = rate === undefined ? 'one after the other' : `${rate} studies a minute, ${waiting} may wait`
  console.log(
    `| ${senders} senders, ${dicom} of them by C-STORE, ${minutes} min, ${pace}, ${model}, ${quiet} quiet seconds | |\n|---|---|`,
  )
  console.log(`| studies taken; lost; refusals | ${sent.length}; ${lost}; ${refusals} |`)
  console.log(`| results a minute, to the last one | ${result.studiesPerMinute} |`)
  console.log(`| from the last object to the result, p50; p95 | ${result.p50Seconds} s; ${result.p95Seconds} s |`)
  console.log(`| processor time of the service for a study | ${result.processorSecondsPerStudy} s |`)
  console.log(
    `| memory in each fifth of the time, median, MiB; at most | ${parts.join(', ')}; ${result.maxMemoryMiB} |`,
  )
  console.log(`| load of the machine, median | ${result.machineLoad} |`)
  console.log(JSON.stringify(result))
}

const round = (value: number): number => Number(value.toPrecision(3))

/** The value that this share of the sorted values does not exceed. */
function quantile(sorted: readonly number[], share: number): number {
  return sorted[Math.max(0, Math.ceil(share * sorted.length) - 1)] ?? Number.NaN
}
