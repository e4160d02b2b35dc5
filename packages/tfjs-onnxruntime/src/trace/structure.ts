/** Nested structures: arrays and plain objects with leaves of one kind, tensors or input specs. */
import { EngineError } from '../errors.ts'

/** One leaf, or arrays and objects of them. */
export type Nested<Leaf> = Leaf | NestedList<Leaf> | { readonly [key: string]: Nested<Leaf> }

/** An interface, because TypeScript resolves interfaces lazily: types derived from `Nested` would be infinite. */
interface NestedList<Leaf> extends ReadonlyArray<Nested<Leaf>> {}

/** A structure and its leaves. */
export interface Structure<Leaf> {
  /** In order, each with its path: `1.weights.0` is the first of the weights of the second element. */
  readonly leaves: readonly { readonly value: Leaf; readonly place: string }[]
  /** The structure with these in place of its leaves, in the same order. */
  unflatten(values: readonly unknown[]): unknown
  /** The leaves of another structure at the same paths. @throws {EngineError} `bad-input` where its form differs */
  match(other: unknown): unknown[]
}

/** The position of the n-th leaf in a structure. */
class Place {
  readonly index: number

  constructor(index: number) {
    this.index = index
  }
}

/** Flattens a structure. `refuse` creates the error for anything that is neither a leaf nor a container of leaves; null and undefined are kept. */
export function flatten<Leaf>(
  container: unknown,
  isLeaf: (item: unknown) => item is Leaf,
  refuse: (received: string) => EngineError,
): Structure<Leaf> {
  const leaves: { value: Leaf; place: string }[] = []
  const replaceLeaves = (item: unknown, path: readonly string[]): unknown => {
    if (isLeaf(item)) return new Place(leaves.push({ value: item, place: path.join('.') }) - 1)
    if (item === undefined || item === null) return item
    if (item instanceof Promise) {
      // The promise of an asynchronous function fails too; nobody else handles it.
      item.catch(() => undefined)
      throw refuse('a promise')
    }
    if (typeof item !== 'object') throw refuse(`${typeof item} ${String(item)}`)
    return mapItems(item, (part, key) => replaceLeaves(part, [...path, key]))
  }
  const form = replaceLeaves(container, [])
  return {
    leaves,
    unflatten: (values) => fillPlaces(form, values),
    match(other) {
      const found: unknown[] = []
      collect(form, other, [], found)
      return found
    },
  }
}

function fillPlaces(form: unknown, values: readonly unknown[]): unknown {
  if (form instanceof Place) return values[form.index]
  if (form === null || typeof form !== 'object') return form
  return mapItems(form, (part) => fillPlaces(part, values))
}

function collect(form: unknown, other: unknown, path: readonly string[], found: unknown[]): void {
  if (form instanceof Place) found[form.index] = other
  if (form instanceof Place || form === null || typeof form !== 'object') return
  const isRoot = path.length === 0
  const [expected, received] = [form, other].map((item) => (isRoot ? `${(item as []).length} inputs` : describe(item)))
  if (expected !== received)
    throw new EngineError(
      'bad-input',
      `Expected ${expected}${isRoot ? '' : ` for input ${path.join('.')}`} but received ${received}. Pass values in the structure of the input specs.`,
      { place: path.join('.'), expected, received },
    )
  for (const [key, part] of Object.entries(form))
    collect(part, (other as Record<string, unknown>)[key], [...path, key], found)
}

function mapItems(container: object, f: (item: unknown, key: string) => unknown): unknown {
  if (Array.isArray(container)) return container.map((item, i) => f(item, `${i}`))
  return Object.fromEntries(Object.entries(container).map(([key, item]) => [key, f(item, key)]))
}

/** A container's form: the length of an array, the keys of an object. */
export function describe(container: unknown): string {
  if (Array.isArray(container)) return `an array of ${container.length}`
  if (container === null || typeof container !== 'object') return String(container)
  if (container.constructor !== Object) return container.constructor.name
  return `an object with ${Object.keys(container).sort().join(', ')}`
}
