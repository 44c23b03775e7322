// A tab of a browser in another network namespace: every act goes to the process that steers it there.
import { spawn, type ChildProcess } from 'node:child_process';
import { join } from 'node:path';
import { inTime } from '../../../integration/support/pace.ts';
import { launchTimeoutMs } from '../../driver/browser.ts';
import type { Query } from '../../driver/query.ts';
import { Tab, type BrowserKind } from '../../driver/tab.ts';
import type { Method, Report, Request } from './messages.ts';

export interface RemoteTabOptions {
  // What to put before a command so that it runs in the namespace.
  readonly enter: readonly [string, ...string[]];
  readonly home: string;
  readonly profile: string;
}

export class RemoteTab extends Tab {
  override readonly kind: BrowserKind;
  readonly #agent: ChildProcess;
  readonly #ready = Promise.withResolvers<unknown>();
  readonly #waiting = new Map<number, PromiseWithResolvers<unknown>>();
  #lastId = 0;

  static async open(kind: BrowserKind, options: RemoteTabOptions): Promise<RemoteTab> {
    const tab = new RemoteTab(kind, options);
    await inTime(tab.#ready.promise, `${kind} starts`, launchTimeoutMs);
    return tab;
  }

  private constructor(kind: BrowserKind, { enter, home, profile }: RemoteTabOptions) {
    super();
    this.kind = kind;
    const [command, ...prefix] = enter;
    this.#agent = spawn(
      command,
      [...prefix, process.execPath, join(import.meta.dirname, 'agent.ts'), kind, profile],
      {
        env: { ...process.env, HOME: home, TMPDIR: home },
        stdio: ['ignore', 'ignore', 'inherit', 'ipc'],
      },
    );
    this.#agent.on('message', (message) => {
      this.#take(message as Report);
    });
    this.#agent.once('error', (error) => {
      this.#fail(error);
    });
    this.#agent.once('exit', (code, signal) => {
      this.#fail(new Error(`the process that steers ${kind} ended: ${String(code ?? signal)}`));
    });
    this.#ready.promise.catch(() => undefined); // told by open()
  }

  override async goto(url: string): Promise<void> {
    await this.#ask('goto', url);
  }
  override async reload(): Promise<void> {
    await this.#ask('reload');
  }
  override async close(): Promise<void> {
    await this.#ask('close');
  }
  override crash(): Promise<void> {
    throw new Error('nobody here needs a page that crashes');
  }
  override async screenshot(path: string): Promise<void> {
    await this.#ask('screenshot', path);
  }
  override async press(key: string): Promise<void> {
    await this.#ask('press', key);
  }
  override async hold(key: string): Promise<void> {
    await this.#ask('hold', key);
  }
  override async letGo(key: string): Promise<void> {
    await this.#ask('letGo', key);
  }
  override async type(text: string): Promise<void> {
    await this.#ask('type', text);
  }
  override async count(query: Query): Promise<number> {
    return (await this.#ask('count', query)) as number;
  }
  override async click(query: Query): Promise<void> {
    await this.#ask('click', query);
  }
  override async fill(query: Query, text: string): Promise<void> {
    await this.#ask('fill', query, text);
  }
  override async evaluate<A, R>(page: (argument: A) => R | Promise<R>, argument: A): Promise<R> {
    return (await this.#ask('evaluate', page.toString(), argument)) as R;
  }

  // Ends the process that steers; the browser ends with its namespace, which is quicker than a farewell.
  end(): void {
    this.#agent.kill('SIGKILL');
  }

  #ask(method: Method, ...args: readonly unknown[]): Promise<unknown> {
    this.#lastId += 1;
    const answer = Promise.withResolvers<unknown>();
    this.#waiting.set(this.#lastId, answer);
    const request: Request = { id: this.#lastId, method, args };
    this.#agent.send(request, (error) => {
      if (error !== null) answer.reject(error);
    });
    return answer.promise;
  }

  #take(report: Report): void {
    switch (report.type) {
      case 'ready':
        this.#ready.resolve(null);
        return;
      case 'noted':
        this.console.push(...report.console);
        this.errors.push(...report.errors);
        return;
      case 'done':
        this.#waiting.get(report.id)?.resolve(report.result);
        break;
      case 'failed':
        this.#waiting.get(report.id)?.reject(new Error(report.reason));
        break;
    }
    this.#waiting.delete(report.id);
  }

  #fail(error: Error): void {
    this.#ready.reject(error);
    for (const { reject } of this.#waiting.values()) reject(error);
    this.#waiting.clear();
  }
}
