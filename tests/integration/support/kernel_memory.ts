// What the kernel holds for a server's sockets, as `ss` tells it (sock_diag, INET_DIAG_SKMEMINFO).
import { execFile } from 'node:child_process';
import { promisify } from 'node:util';

export interface KernelMemory {
  sockets: number;
  /** Bytes in all send queues, the kernel's own account included (sk_wmem_queued). */
  sending: number;
  /** The largest of one socket. */
  sendingMax: number;
  /** Bytes received and not read (sk_rmem_alloc). */
  received: number;
  receivedMax: number;
}

/** Of the TCP connections that were accepted at this port. */
export async function kernelMemory(server: { port: number }): Promise<KernelMemory> {
  const filter = ['-tmnH', 'state', 'all', 'exclude', 'listening', `sport = :${server.port}`];
  const { stdout } = await promisify(execFile)('ss', filter, { maxBuffer: 64 * 1024 * 1024 });
  const found = [...stdout.matchAll(/skmem:\(r(\d+),rb\d+,t\d+,tb\d+,f\d+,w(\d+),/g)];
  const received = found.map((match) => Number(match[1]));
  const sending = found.map((match) => Number(match[2]));
  const sum = (numbers: readonly number[]): number => numbers.reduce((a, b) => a + b, 0);
  return {
    sockets: found.length,
    sending: sum(sending),
    sendingMax: Math.max(0, ...sending),
    received: sum(received),
    receivedMax: Math.max(0, ...received),
  };
}
