// Memory of a browser's processes, in megabytes, as Linux counts it.
import { readdir, readFile } from 'node:fs/promises';

export interface PageMemory {
  readonly page: number; // the largest process that runs a page
  readonly browser: number; // all the others of this browser together
}

// Of the Chromium whose profile is in this directory.
export async function memoryOf(profile: string): Promise<PageMemory> {
  const memory = { page: 0, browser: 0 };
  const processes = await all();
  const main = processes.find(({ command }) => command.includes(`--user-data-dir=${profile}`));
  if (main === undefined) throw new Error(`no browser has its profile in ${profile}`);
  const family = new Set([main.pid]);
  // Children come after their parents, but for numbers that began anew; a second look finds those.
  for (const { pid, parent } of [...processes, ...processes]) {
    if (family.has(parent)) family.add(pid);
  }
  for (const { pid, command } of processes) {
    if (!family.has(pid)) continue;
    const megabytes = await residentMegabytes(pid);
    if (!command.includes('--type=renderer')) memory.browser += megabytes;
    else memory.page = Math.max(memory.page, megabytes);
  }
  return memory;
}

interface Process {
  readonly pid: number;
  readonly parent: number;
  readonly command: string;
}

async function all(): Promise<Process[]> {
  const pids = (await readdir('/proc')).filter((name) => /^\d+$/.test(name)).map(Number);
  const found = await Promise.all(pids.toSorted((a, b) => a - b).map(describe));
  return found.filter((one) => one !== null);
}

// Null for one that has just ended.
async function describe(pid: number): Promise<Process | null> {
  try {
    const [stat, command] = await Promise.all([
      readFile(`/proc/${String(pid)}/stat`, 'utf8'),
      readFile(`/proc/${String(pid)}/cmdline`, 'utf8'),
    ]);
    const afterName = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
    return { pid, parent: Number(afterName[1]), command: command.replaceAll('\0', ' ') };
  } catch {
    return null;
  }
}

async function residentMegabytes(pid: number): Promise<number> {
  // Pages that several processes share are counted once, in parts.
  const rollup = await readFile(`/proc/${String(pid)}/smaps_rollup`, 'utf8').catch(() => '');
  return Number(/^Pss:\s+(\d+) kB/m.exec(rollup)?.[1] ?? 0) / 1000;
}
