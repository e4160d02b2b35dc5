/** `validate`: what a data set holds and what is wrong with it, before anyone trains on it. */
import { join } from 'node:path'
import { writeFileAtomic } from '@mammokit/atomic-files'
import { type CommandContext, formatTable, silentContext } from '@mammokit/command-line'
import {
  type DataSet,
  dataPaths,
  describeAdjustments,
  type FileContent,
  type Finding,
  readDataFolder,
  type Validation,
  validateDataSet,
} from '@mammokit/screening-data'
import type { CsvError } from '@mammokit/strict-csv'
import type { Config } from '../config/config.ts'
import { dataFolder } from '../data-folder.ts'
import { TrainerError } from '../trainer-error.ts'
import { validationPage } from './validation-page.ts'

/**
 * Writes processed/validation.json and validation.html.
 *
 * @throws TrainerError `data-invalid` after that, where there are errors, or with `strict` warnings
 */
export async function validate(config: Config, context: CommandContext = silentContext): Promise<Validation> {
  const { progress } = context
  const data = dataFolder(config)
  const { processed } = dataPaths(data)
  const faults: CsvError[] = []
  const dataSet = await readDataFolder(data, { from: config.set, onFault: (fault) => faults.push(fault) })
  const { maxLeftOut } = config
  const contents = config.validation.contents ? await readContents(usedOf(dataSet), config, context) : undefined
  const validation = validateDataSet(dataSet, { maxLeftOut, faults, ...(contents && { contents }) })
  const files = { json: join(processed, 'validation.json'), html: join(processed, 'validation.html') }
  await writeFileAtomic(files.json, `${JSON.stringify(validation, null, 2)}\n`)
  await writeFileAtomic(files.html, validationPage(validation, data))

  for (const line of describeValidation(validation)) progress.line(line)
  progress.line(`Wrote ${files.html} and ${files.json}`)
  assertValid(validation.findings, { ...config, data }, files.html)
  return validation
}

/** Without the images that exclusions.csv names. */
function usedOf(dataSet: DataSet): DataSet {
  return { ...dataSet, images: dataSet.images.filter(({ excluded }) => excluded === undefined) }
}

async function readContents(dataSet: DataSet, { workers }: Config, context: CommandContext): Promise<FileContent[]> {
  // Loads the decoders, which tables do not need.
  const { checkContents } = await import('@mammokit/mammogram-dataset')
  const { progress, signal } = context
  let isStarted = false
  const contents = await checkContents(dataSet, {
    lanes: Math.max(4, workers),
    onProgress: ({ done, total, failed }) => {
      if (!isStarted) progress.start('validate', total, { unit: 'files' })
      isStarted = true
      progress.update(done, failed > 0 ? `${failed} unreadable` : '')
    },
    ...(signal && { signal }),
  })
  progress.stop()
  return contents
}

/** The counts as a table, then each finding with a few of its items. */
function describeValidation({ counts, findings, adjustments, ...all }: Validation): string[] {
  const adjusted = describeAdjustments(adjustments)
  const header = ['', 'images', 'breasts', 'patients', 'breasts with cancer']
  const rows = [
    ['all', all.images, all.breasts, all.patients, all.cancers],
    ...counts.flatMap(({ column, groups }) =>
      groups.map((group) => [`${column}: ${group.value}`, group.images, group.breasts, group.patients, group.cancers]),
    ),
  ]
  return [
    ...(adjusted ? [`${adjusted}.`] : []),
    formatTable(header, rows),
    ...(findings.length === 0 ? ['Nothing is wrong.'] : []),
    ...findings.flatMap(({ severity, message, advice, items }) => [
      `${severity}: ${message} ${advice}`,
      ...items.slice(0, 3).map((item) => `  ${item}`),
      ...(items.length > 3 ? [`  and ${items.length - 3} more`] : []),
    ]),
  ]
}

function assertValid(
  findings: readonly Finding[],
  { data, strict }: { readonly data: string; readonly strict: boolean },
  page: string,
): void {
  const wrong = findings.filter(({ severity }) => severity === 'error' || (strict && severity === 'warning'))
  if (wrong.length === 0) return
  const messages = wrong.map(({ message }) => message).join(' ')
  throw new TrainerError(
    'data-invalid',
    `Expected a data set without ${strict ? 'errors and warnings' : 'errors'} in ${data} but received: ${messages} See ${page}.`,
    { data, findings: wrong.map(({ code, count }) => ({ code, count })) },
  )
}
