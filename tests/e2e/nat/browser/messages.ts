// What the process beside a browser and the test say to each other.

export type Method =
  | 'goto'
  | 'reload'
  | 'close'
  | 'screenshot'
  | 'press'
  | 'hold'
  | 'letGo'
  | 'type'
  | 'count'
  | 'click'
  | 'fill'
  | 'evaluate';

export interface Request {
  readonly id: number;
  readonly method: Method;
  // JSON; of `evaluate`, the function's source and its argument.
  readonly args: readonly unknown[];
}

export type Report =
  | { readonly type: 'ready' }
  | { readonly type: 'done'; readonly id: number; readonly result?: unknown }
  | { readonly type: 'failed'; readonly id: number; readonly reason: string }
  // More of what the page wrote to its console, and of what went wrong in it uncaught.
  | {
      readonly type: 'noted';
      readonly console: readonly string[];
      readonly errors: readonly string[];
    };
