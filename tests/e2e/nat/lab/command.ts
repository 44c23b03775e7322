// Runs the system's own tools.
import { spawn } from 'node:child_process';
import { text } from 'node:stream/consumers';

// Returns what it printed; rejects with what it complained of.
export async function run(
  [command, ...args]: readonly [string, ...string[]],
  input = '',
): Promise<string> {
  const child = spawn(command, args, { stdio: 'pipe' });
  const ended = new Promise<number | null>((resolve, reject) => {
    child.once('error', reject);
    child.once('close', resolve);
  });
  child.stdin.on('error', () => undefined); // it ended without reading; its exit code tells
  child.stdin.end(input);
  const [code, output, complaint] = await Promise.all([
    ended,
    text(child.stdout),
    text(child.stderr),
  ]);
  if (code !== 0) {
    throw new Error(`${[command, ...args].join(' ')}: exit ${String(code)}: ${complaint}${input}`);
  }
  return output;
}
