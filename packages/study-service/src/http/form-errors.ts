/** What can be wrong with a form, its size or its pace. */
import { StudyError } from '../study-error.ts'

export const tooLarge = (where: string, limit: number | string, received: string): StudyError =>
  new StudyError(
    'too-large',
    `Expected at most ${typeof limit === 'number' ? `${limit} bytes` : limit} in ${where} but received ${received}. Send a study in several requests, or raise the limit of the service.`,
    { limit, received },
  )

export const tooSlow = (seconds: number, what: string): StudyError =>
  new StudyError(
    'too-slow',
    `Expected ${what} within ${seconds} s but received nothing more. Send it again over a faster connection.`,
    { seconds },
  )

export const brokenForm = (): StudyError =>
  new StudyError(
    'bad-request',
    'Expected a form that ends with its boundary but received one that breaks off. Send the whole request again.',
  )

export const noField = (): StudyError =>
  new StudyError(
    'bad-request',
    'Expected Content-Disposition: form-data with a name for each part of the form but received a part without it. Send each file as curl -F file=@IM1 does.',
  )

export const noFiles = (): StudyError =>
  new StudyError(
    'bad-request',
    'Expected at least one file in the form but received none. Send each file as a part, as curl -F file=@IM1 does.',
  )
