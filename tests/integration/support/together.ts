/** Connections at the same time: hundreds of exchanges take no time, and no limit is reached. */
const together = 32;

/** Runs `body` for every item, several at once. */
export async function forEachTogether<T>(
  items: Iterable<T>,
  body: (item: T) => Promise<void>,
): Promise<void> {
  const left = items[Symbol.iterator]();
  const worker = async (): Promise<void> => {
    for (let item = left.next(); item.done !== true; item = left.next()) await body(item.value);
  };
  await Promise.all(Array.from({ length: together }, worker));
}
