/** dcmjs-dimse without its log and that of dcmjs, which it reads data sets with: both write what peers send to the console. */
import { createRequire } from 'node:module'
import library from 'dcmjs-dimse'

// The copy that dcmjs-dimse loads: it may be nested below it, and an import of dcmjs loads another build of its own.
const { resolve } = createRequire(import.meta.url)
const { log }: { log: Logger } = createRequire(resolve('dcmjs-dimse'))('dcmjs')

interface Logger {
  disableAll(): void
  getLoggers(): Record<string, Logger>
}

for (const logger of [library.log, log, ...Object.values(log.getLoggers())]) logger.disableAll()

export const dimse: typeof library = library
