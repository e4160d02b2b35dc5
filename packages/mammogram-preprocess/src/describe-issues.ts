/** What zod found wrong with the options, in the words of this package's errors. */
import type { z } from 'zod'

type Issue = z.core.$ZodIssue

/** What each wrong or unknown option may be, and what came: `number >= 1 for width` and `0`. */
export function describeIssues(issues: readonly Issue[], input: unknown): { expected: string; received: string }[] {
  return issues.flatMap((issue) => {
    const { path } = issue
    if (issue.code === 'unrecognized_keys') {
      return issue.keys.map((key) => ({ expected: 'a known option', received: [...path, key].join('.') }))
    }
    const value = path.reduce<unknown>((part, key) => Object(part)[key], input)
    const text = typeof value === 'number' ? String(value) : (JSON.stringify(value) ?? 'nothing')
    return [{ expected: `${expectedOf(issue)} for ${path.join('.') || 'the options'}`, received: text.slice(0, 80) }]
  })
}

function expectedOf(issue: Issue): string {
  switch (issue.code) {
    case 'invalid_type':
      return { int: 'integer', boolean: 'true or false', string: 'text' }[issue.expected as string] ?? issue.expected
    case 'invalid_value':
      return issue.values.map(String).join(' or ')
    case 'too_small':
      return rangeOf(issue.origin, '>', issue.inclusive, issue.minimum)
    case 'too_big':
      return rangeOf(issue.origin, '<', issue.inclusive, issue.maximum)
    case 'invalid_format':
      return issue.format === 'hex' ? 'hexadecimal digits' : `text of the form ${issue.pattern ?? issue.format}`
    case 'invalid_union':
      return [...new Set(issue.errors.flat().map(expectedOf))].join(' or ')
    default:
      return issue.message
  }
}

function rangeOf(origin: string, sign: string, inclusive: boolean | undefined, limit: number | bigint): string {
  const range = `${sign}${inclusive ? '=' : ''} ${limit}`
  return origin === 'string' ? `text with a length ${range}` : `${origin} ${range}`
}
