import type { Result } from '@mammokit/study-service/browser'

/** Hands the result to the browser's downloads. */
export function saveResult(result: Result): void {
  const text = `${JSON.stringify(result, null, 2)}\n`
  const url = URL.createObjectURL(new Blob([text], { type: 'application/json' }))
  const link = document.createElement('a')
  link.href = url
  link.download = 'result.json'
  link.click()
  setTimeout(() => URL.revokeObjectURL(url), 60_000)
}
