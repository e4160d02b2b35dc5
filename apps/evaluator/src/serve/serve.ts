/** `serve`: takes studies, answers one after the other, and keeps the results for who asks. */
import { once } from 'node:events'
import { type CommandContext, parseConfig, silentContext } from '@mammokit/command-line'
import {
  notice,
  openHttpServer,
  openSpool,
  startDelivery,
  startDicomListener,
  startWorkLoop,
  type WorkEvent,
  watchHealth,
} from '@mammokit/study-service'
import { lockFolder } from '@mammokit/training-run'
import { checkModelFlags, describeModel } from '../predict/model-flags.ts'
import { type ServeConfig, serveSchema } from '../serve-config.ts'
import { startAnswerThread } from './answer-thread.ts'
import { deliveryOptions, listenerOptions } from './dicom-options.ts'
import { givenOf, httpOptions } from './http-options.ts'

/** Runs until `signal` is aborted; what is not answered by then, the next call answers. */
export async function serve(input: ServeConfig, { progress, signal }: CommandContext = silentContext): Promise<void> {
  const config = parseConfig(serveSchema, input)
  checkModelFlags(config)
  // Whatever is wrong with an option is said before anything is opened.
  const http = config.http ? await httpOptions(config, progress) : null
  const dicom = config.dicom ? await listenerOptions(config, progress) : null
  const sending = await deliveryOptions(config, progress)
  const { run, model: file, epoch, calibration, keep, keepResults, keepRecords } = config
  const { engine, device, precision, threads } = config
  const opened: (() => Promise<unknown>)[] = []
  try {
    const lock = await lockFolder(config.spool, { doing: 'serves', onWait: progress.line })
    opened.push(() => lock.release())
    const limits = givenOf(config.spoolLimits)
    const spool = await openSpool(config.spool, {
      quietSeconds: config.quietSeconds,
      limits,
      onUnreadable: (studyKey) =>
        progress.line(describeEvent({ studyKey, kind: 'failed', code: 'unreadable-record', durationMs: 0 })),
    })
    opened.push(() => spool.close())
    const delivery = startDelivery(spool, sending)
    opened.push(() => delivery.stop())
    const watch = watchHealth(spool)
    if (http) {
      const server = await openHttpServer({ spool, health: watch.health }, http)
      opened.push(() => server.close())
      progress.line(`Listening on ${server.url}`)
    }
    if (dicom) {
      const listener = await startDicomListener(spool, dicom)
      opened.push(() => listener.close())
      progress.line(`Listening for DICOM as ${dicom.aeTitle} on ${dicom.host} port ${listener.port}`)
    }
    const { admission, frame, raster } = config
    const thread = await startAnswerThread({
      model: { run, file, epoch, calibration, engine, device, precision, threads },
      choices: { admission, frame, raster, makesDicom: config.storeTo !== undefined, keepsOverlays: keep > 0 },
    })
    opened.push(() => thread.close())
    watch.modelLoaded()
    progress.line(`${describeModel(thread)} ${notice}`)
    const loop = startWorkLoop(spool, {
      answer: thread.answer,
      keepDays: keep,
      keepResultDays: keepResults,
      keepRecordDays: keepRecords,
      timeoutSeconds: config.studySeconds,
      isDelivered: delivery.isDelivered,
      onEvent(event) {
        watch.onEvent(event)
        progress.line(describeEvent(event))
        if (event.kind === 'answered' || event.kind === 'refused') delivery.wake()
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
