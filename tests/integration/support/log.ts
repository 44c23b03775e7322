// The server's log, read: lines as text or as JSON, and fields of lines.
import assert from 'node:assert/strict';
import { until } from './pace.ts';
import type { Server } from './server.ts';

export interface LogLine {
  time: string;
  level: string;
  message: string;
  fields: ReadonlyMap<string, string>;
}

/** A line of the text format: what is before the first KEY=VALUE is the message. */
export function parseLine(text: string): LogLine {
  const match = /^(\S+Z) (\w+)\s+(.*)$/.exec(text);
  assert(match !== null, `a line of the log: ${text}`);
  const [, time = '', level = '', rest = ''] = match;
  const fields = new Map<string, string>();
  const first = / [a-z_]+=/.exec(rest)?.index ?? rest.length;
  for (const field of rest.slice(first).matchAll(/ ([a-z_]+)=("(?:\\.|[^"\\])*"|\S*)/g)) {
    const value = field[2] ?? '';
    fields.set(
      field[1] ?? '',
      value.startsWith('"') ? value.slice(1, -1).replace(/\\(["\\])/g, '$1') : value,
    );
  }
  return { time, level, message: rest.slice(0, first), fields };
}

/** All whole lines so far. */
export function logLines(server: Pick<Server, 'log'>): LogLine[] {
  const { log } = server;
  return log
    .slice(0, log.lastIndexOf('\n') + 1)
    .split('\n')
    .filter((line) => line !== '')
    .map(parseLine);
}

/** Those with these fields, and this in their message. */
export function linesAbout(
  server: Pick<Server, 'log'>,
  message: string,
  fields: Readonly<Record<string, string>> = {},
): LogLine[] {
  return logLines(server).filter(
    (line) =>
      line.message.includes(message) &&
      Object.entries(fields).every(([key, value]) => line.fields.get(key) === value),
  );
}

/** The first such line, once it is there: the log is written once a second. */
export async function logged(
  server: Pick<Server, 'log'>,
  message: string,
  fields: Readonly<Record<string, string>> = {},
): Promise<LogLine> {
  try {
    await until(
      () => linesAbout(server, message, fields).length > 0,
      `a line: ${message} ${JSON.stringify(fields)}`,
      20_000,
    );
  } catch (error) {
    throw new Error(`${String(error)}; the log:\n${server.log}`, { cause: error });
  }
  return linesAbout(server, message, fields)[0]!;
}
