// Runs in the page of somebody who does what they like: sends over the app's own channels and its own socket, past the app.
import { open, socketOf } from './collector.ts';

// A data channel of the link, by its label.
export type HostileChannel = 'visavis' | 'chat' | 'files';

export interface Flood {
  readonly channel: HostileChannel;
  // Text in which every `#` is the message's number, from 1; or a message of so many bytes.
  readonly message: string | number;
  readonly count: number;
  // Spread evenly; as fast as the browser takes them where it is not said.
  readonly perSecond?: number;
}

export interface Signals {
  // What `data` of a signal is, as JSON in which every `#` is the signal's number.
  readonly data: string;
  // The name of whom it is for, as in the call.
  readonly to: string;
  readonly count: number;
  readonly perSecond?: number;
}

const bufferedMax = 4_000_000;
const turnMs = 10;
const atOnce = 200;

// Sends to everybody this page is linked with. Gives how many messages were handed to the channels before they closed.
export async function flood({ channel, message, count, perSecond }: Flood): Promise<number> {
  const channels = open
    .flatMap(({ channels }) => channels)
    .filter(({ label, readyState }) => label === channel && readyState === 'open');
  let handed = 0;
  await paced(count, perSecond, (number) => {
    const open = channels.filter(({ readyState }) => readyState === 'open');
    if (open.length === 0) return 'stop';
    if (open.some(({ bufferedAmount }) => bufferedAmount > bufferedMax)) return 'wait';
    for (const one of open) {
      try {
        if (typeof message === 'number') one.send(new ArrayBuffer(message));
        else one.send(message.replaceAll('#', String(number)));
      } catch {
        return 'stop';
      }
      handed += 1;
    }
    return 'sent';
  });
  return handed;
}

// Sends signals through the server. Gives how many were handed to the socket.
export async function signal({ data, to, count, perSecond }: Signals): Promise<number> {
  const { socket, call } = socketOf();
  const participant = call?.participants.find(({ name }) => name === to)?.participant;
  if (!socket || !call || participant === undefined) throw new Error(`no call with ${to}`);
  let handed = 0;
  await paced(count, perSecond, (number) => {
    if (socket.readyState !== WebSocket.OPEN) return 'stop';
    if (socket.bufferedAmount > bufferedMax) return 'wait';
    const signal = { type: 'signal', call: call.call, to: participant };
    const filled = JSON.parse(data.replaceAll('#', String(number))) as unknown;
    socket.send(JSON.stringify({ ...signal, data: filled }));
    handed += 1;
    return 'sent';
  });
  return handed;
}

// An offer as the app makes it, good for any number of connections.
export async function offer(): Promise<string> {
  const connection = new RTCPeerConnection();
  for (const kind of ['audio', 'video', 'video', 'audio']) connection.addTransceiver(kind);
  connection.createDataChannel('visavis', { negotiated: true, id: 0 });
  const { sdp = '' } = await connection.createOffer();
  connection.close();
  return sdp;
}

// Data channels that both sides did not agree upon.
export function openChannels(count: number): void {
  for (const { connection } of open) {
    for (let number = 0; number < count; number += 1) {
      connection.createDataChannel(`more ${String(number)}`);
    }
  }
}

type Step = 'sent' | 'wait' | 'stop';

function paced(
  count: number,
  perSecond: number | undefined,
  send: (number: number) => Step,
): Promise<void> {
  return new Promise((resolve) => {
    const began = performance.now();
    let number = 1;
    const turn = (): void => {
      const passed = (performance.now() - began) / 1_000;
      const due = perSecond === undefined ? number + atOnce : Math.ceil(passed * perSecond);
      while (number <= Math.min(due, count)) {
        const step = send(number);
        if (step === 'wait') break;
        if (step === 'stop') {
          resolve();
          return;
        }
        number += 1;
      }
      if (number > count) resolve();
      else setTimeout(turn, perSecond === undefined ? 0 : turnMs);
    };
    turn();
  });
}
