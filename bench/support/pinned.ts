// Programs on a core of their own, ahead of whatever else the machine is doing, where that is allowed.
import { spawnSync } from 'node:child_process';

const realTime = ['chrt', '--rr', '5'] as const;
const mayBeRealTime = spawnSync(realTime[0], [...realTime.slice(1), 'true']).status === 0;

/** Whether figures, latency above all, are free of waiting for other programs. */
export const undisturbed = mayBeRealTime;

/** The command line that becomes `command`, pinned. */
export function pinned(core: number, command: readonly string[]): [string, ...string[]] {
  const onCore = ['-c', String(core), ...command];
  return mayBeRealTime ? [...realTime, 'taskset', ...onCore] : ['taskset', ...onCore];
}
