/** Lets every promise that is already settled be acted on. Needs no timer, so it works in virtual time. */
export async function flush(): Promise<void> {
  for (let turn = 0; turn < 10; turn++) await Promise.resolve();
}
