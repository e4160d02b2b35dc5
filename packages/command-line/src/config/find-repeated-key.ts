/** Looks for a key that stands twice in an object of a JSON text; `JSON.parse` keeps the last of them without a word. */

/**
 * The dotted path of the first repeated key of a valid JSON text, or undefined.
 *
 * @example
 * findRepeatedKey('{"training": {"lr": 1, "lr": 2}}') // 'training.lr'
 */
export function findRepeatedKey(json: string): string | undefined {
  const open: { readonly keys: Set<string>; key: string; readonly isList: boolean }[] = []
  // A text in quotes with the colon that makes it a key, or a bracket.
  for (const [token, text, colon] of json.matchAll(/("(?:[^"\\]|\\.)*")(\s*:)?|[{}[\]]/gs)) {
    if (token === '{' || token === '[') open.push({ keys: new Set(), key: '', isList: token === '[' })
    else if (token === '}' || token === ']') open.pop()
    else if (colon !== undefined) {
      const object = open.at(-1)!
      object.key = JSON.parse(text) as string
      if (object.keys.has(object.key)) return open.flatMap(({ key, isList }) => (isList ? [] : [key])).join('.')
      object.keys.add(object.key)
    }
  }
  return undefined
}
