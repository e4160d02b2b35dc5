/** `serve`: takes studies, answers one after the other, and keeps the results for who asks. */
import { once } from 'node:events'
import { type CommandContext, parseConfig, silentContext } from '@mammokit/command-line'
import { openModel } from '@mammokit/mammogram-classifier'
import { notice, openHttpServer, openSpool, startWorkLoop, type WorkEvent, watchHealth } from '@mammokit/study-service'
import { lockFolder } from '@mammokit/training-run'
import { type ServeConfig, serveSchema } from '../config.ts'
import { checkModelFlags, describeModel } from '../predict/model-flags.ts'
import { answerStudy } from './answer-study.ts'
import { httpOptions } from './http-options.ts'

/** Runs until `signal` is aborted; what is not answered by then, the next call answers. */
export async function serve(input: ServeConfig, { progress, signal }: CommandContext = silentContext): Promise<void> {
  const config = parseConfig(serveSchema, input)
  checkModelFlags(config)
  const { run, model: file, epoch, calibration, engine, device, threads, keep, keepResults } = config
  const opened: (() => Promise<unknown>)[] = []
  try {
    const lock = await lockFolder(config.spool, { doing: 'serves', onWait: progress.line })
    opened.push(() => lock.release())
    const spool = await openSpool(config.spool, { quietSeconds: config.quietSeconds })
    opened.push(() => spool.close())
    const watch = watchHealth(spool)
    if (config.http) {
      const http = await openHttpServer({ spool, health: watch.health }, await httpOptions(config, progress))
      opened.push(() => http.close())
      progress.line(`Listening on ${http.url}`)
    }
    const model = await openModel({ run, file, epoch, calibration, engine, device, threads })
    opened.push(() => model.dispose())
    watch.modelLoaded()
    progress.line(`${describeModel(model)} ${notice}`)
    const loop = startWorkLoop(spool, {
      answer: (job) => answerStudy(job, model, config),
      ...{ keepDays: keep, keepResultDays: keepResults },
      onEvent(event) {
        watch.onEvent(event)
        progress.line(describeEvent(event))
      },
    })
    opened.push(() => loop.stop())
    await Promise.race([loop.ended, ...(signal ? [untilAborted(signal)] : [])])
  } finally {
    for (const close of opened.reverse()) await close()
  }
  signal?.throwIfAborted()
}

/** The key is a hash: nobody learns from a log whose study it is. */
function describeEvent({ studyKey, kind, code, durationMs }: WorkEvent): string {
  const seconds = kind === 'working' ? '' : ` ${(durationMs / 1000).toFixed(1)} s`
  return `${new Date().toISOString()} study ${studyKey.slice(0, 8)} ${kind}${code === null ? '' : ` ${code}`}${seconds}`
}

async function untilAborted(signal: AbortSignal): Promise<void> {
  if (!signal.aborted) await once(signal, 'abort')
}
