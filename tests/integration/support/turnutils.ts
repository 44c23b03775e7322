// Programs of coturn, which nobody here wrote.
import { type ChildProcess, execFile, spawn } from 'node:child_process';
import { createSocket } from 'node:dgram';
import { once } from 'node:events';
import { inTime, within } from './pace.ts';

export interface Finished {
  code: number;
  output: string;
}

/** One of coturn's programs. They print to both streams, and wait some seconds by themselves. */
export async function turnutils(program: string, args: readonly string[]): Promise<Finished> {
  return await new Promise((resolve) => {
    const command = `turnutils_${program}`;
    execFile(command, args, { timeout: within(60_000) }, (error, stdout, stderr) => {
      const code = error === null ? 0 : typeof error.code === 'number' ? error.code : -1;
      resolve({ code, output: `${stdout}${stderr}` });
    });
  });
}

export interface Echo {
  process: ChildProcess;
  port: number;
}

/** turnutils_peer sends back what it gets; it takes no port 0. */
export async function startEcho(): Promise<Echo> {
  const socket = createSocket('udp4');
  socket.bind(0, '127.0.0.1');
  await once(socket, 'listening');
  const { port } = socket.address();
  socket.close();
  const process = spawn('turnutils_peer', ['-L', '127.0.0.1', '-p', String(port)], {
    stdio: 'ignore',
  });
  await once(process, 'spawn');
  await echoes(port);
  return { process, port };
}

async function echoes(port: number): Promise<void> {
  const socket = createSocket('udp4');
  const asking = setInterval(() => {
    socket.send('there?', port, '127.0.0.1');
  }, 50);
  try {
    await inTime(once(socket, 'message'), 'turnutils_peer answers');
  } finally {
    clearInterval(asking);
    socket.close();
  }
}
