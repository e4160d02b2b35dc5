/**
 * Acts on some items at a time, each started in order, and tells of each that is done.
 *
 * @throws the signal's reason when aborted
 */
export async function inLanes<Item>(
  lanes: number,
  items: readonly Item[],
  action: (item: Item, at: number) => Promise<void>,
  { signal, onDone }: { readonly signal?: AbortSignal | undefined; readonly onDone?: (done: number) => void } = {},
): Promise<void> {
  let done = 0
  const left = items.entries()
  const lane = async () => {
    for (const [at, item] of left) {
      signal?.throwIfAborted()
      await action(item, at)
      onDone?.(++done)
    }
  }
  await Promise.all(Array.from({ length: lanes }, lane))
}
