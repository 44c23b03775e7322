// Silent unless an app asks. What belongs to which level:
//   error: a call or the session suffers, and nothing here will mend it
//   warn:  something failed and is being mended (a reconnect, an ICE restart, a dropped message)
//   info:  the life of sessions, calls and links, a few lines per call
//   debug: every message and state change
// Never logged: tokens, names, SDP, addresses.

export type LogLevel = 'silent' | 'error' | 'warn' | 'info' | 'debug';
export type LogSink = (
  level: Exclude<LogLevel, 'silent'>,
  source: string,
  message: string,
  ...details: unknown[]
) => void;

const RANK: Record<LogLevel, number> = { silent: 0, error: 1, warn: 2, info: 3, debug: 4 };

const toConsole: LogSink = (level, source, message, ...details) => {
  // eslint-disable-next-line no-console -- where logs go unless the app takes them
  console[level](`[visavis ${source}] ${message}`, ...details);
};

let threshold = RANK.silent;
let write: LogSink = toConsole;

/** Says how much is logged, for all clients of this page, and optionally where to. */
export function setLogLevel(level: LogLevel, sink: LogSink = toConsole): void {
  threshold = RANK[level];
  write = sink;
}

export type Logger = Record<
  Exclude<LogLevel, 'silent'>,
  (message: string, ...details: unknown[]) => void
>;

export function createLogger(source: string): Logger {
  const at =
    (level: Exclude<LogLevel, 'silent'>) =>
    (message: string, ...details: unknown[]): void => {
      if (RANK[level] <= threshold) write(level, source, message, ...details);
    };
  return { error: at('error'), warn: at('warn'), info: at('info'), debug: at('debug') };
}
