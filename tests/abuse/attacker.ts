// An attacker's process: node attacker.ts NAME, told by a message where. It ends by itself.
import { performance } from 'node:perf_hooks';
import { attacks } from './attacks/index.ts';
import { Field, type FieldOptions } from './support/field.ts';
import type { TallyReport } from './support/tally.ts';

export type AttackerWord =
  { ready: true } | { report: TallyReport; problem: string | null; busy: number };

const attack = attacks.find(({ name }) => name === process.argv[2]);
if (attack === undefined) throw new Error(`there is no attack '${process.argv[2]}'`);

process.on('message', (options: FieldOptions) => {
  // Whatever an attack waits for: it does not outlive its time.
  setTimeout(() => process.exit(1), options.seconds * 1000 + 10_000).unref();
  const field = new Field(options);
  const before = performance.eventLoopUtilization();
  const timeIsUp = new Promise<void>((resolve) => {
    setTimeout(resolve, options.seconds * 1000 + 500);
  });
  // One that is done sooner has the whole time, for what comes of it.
  const isOver = new Promise<void>((resolve) => {
    setTimeout(resolve, options.seconds * 1000);
  });
  Promise.race([Promise.all([attack.run(field), isOver]), timeIsUp])
    .then(() => null)
    .catch((error: unknown) =>
      error instanceof Error ? (error.stack ?? error.message) : String(error),
    )
    .then((problem) => {
      const busy = performance.eventLoopUtilization(before).utilization;
      const word: AttackerWord = { report: field.tally.report(), problem, busy };
      process.send?.(word, () => {
        field.end();
        process.exit(0);
      });
    })
    .catch(() => process.exit(1));
});
process.on('disconnect', () => process.exit(1));
process.send?.({ ready: true } satisfies AttackerWord);
