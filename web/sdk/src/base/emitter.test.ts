import { afterEach, describe, expect, test, vi } from 'vitest';
import { Emitter } from './emitter.ts';
import { setLogLevel } from './logger.ts';

class Bell extends Emitter<{ ring: number; stop: void }> {
  ring(times: number): void {
    this.emit('ring', times);
  }
}

afterEach(() => {
  setLogLevel('silent');
  vi.unstubAllGlobals();
});

describe('listeners', () => {
  test('are called in order until they are taken away', () => {
    const bell = new Bell();
    const heard: string[] = [];
    const off = bell.on('ring', (times) => heard.push(`first ${times}`));
    bell.on('ring', (times) => heard.push(`second ${times}`));
    bell.once('ring', (times) => heard.push(`once ${times}`));
    bell.ring(1);
    off();
    bell.ring(2);
    expect(heard).toEqual(['first 1', 'second 1', 'once 1', 'second 2']);
  });

  test('that throw are reported, and stop nobody', () => {
    const reported: unknown[] = [];
    vi.stubGlobal('reportError', (error: unknown) => reported.push(error));
    const logged: string[] = [];
    setLogLevel('error', (level, source, message) => logged.push(`${level} ${source} ${message}`));
    const bell = new Bell();
    const fault = new Error('mine');
    bell.on('ring', () => {
      throw fault;
    });
    let heard = 0;
    bell.on('ring', () => (heard += 1));
    bell.ring(1);
    expect(heard).toBe(1);
    expect(reported).toEqual([fault]);
    expect(logged).toEqual(['error emitter a listener of "ring" threw']);
  });

  test('that come or go during an event do not disturb it', () => {
    const bell = new Bell();
    const heard: string[] = [];
    const off = bell.on('ring', () => {
      heard.push('first');
      off();
      bell.on('ring', () => heard.push('late'));
    });
    bell.on('ring', () => heard.push('second'));
    bell.ring(1);
    expect(heard).toEqual(['first', 'second']);
  });
});
