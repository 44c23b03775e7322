// Runs in the page before any of its scripts: keeps every RTCPeerConnection and data channel that the page makes,
// so that a test can ask them for their statistics and states.
import { followDevices } from './devices.ts';

declare global {
  interface Window {
    __e2eLargePicture?: boolean;
  }
}

// What a test asks of one connection.
export interface Kept {
  readonly connection: RTCPeerConnection;
  readonly channels: RTCDataChannel[];
  negotiations: number; // steps of offer and answer made so far
  readonly closing: Promise<void>; // settled when the page closes it; no event tells of that
}

// Those that are not closed: a test must not hold what the page lets go of.
export const open: Kept[] = [];
let made = 0;

export function connectionsMade(): number {
  return made;
}

export function collect(): void {
  const Native = window.RTCPeerConnection;
  window.RTCPeerConnection = new Proxy(Native, {
    construct(target, args, newTarget) {
      const connection = Reflect.construct(target, args, newTarget) as RTCPeerConnection;
      keep(connection);
      return connection;
    },
  });

  keepPlayers();
  keepSocket();

  // Not there in an insecure context.
  const devices = navigator.mediaDevices as MediaDevices | undefined;
  if (devices !== undefined) followDevices(devices);
}

// Video and audio elements that were given a stream, on the page or not.
const given = new Set<WeakRef<HTMLMediaElement>>();

export function players(): HTMLMediaElement[] {
  return [...given].map((one) => one.deref()).filter((one) => one !== undefined);
}

function keepPlayers(): void {
  const { prototype } = HTMLMediaElement;
  const native = Object.getOwnPropertyDescriptor(prototype, 'srcObject');
  if (native === undefined) throw new Error('srcObject is no accessor here');
  Object.defineProperty(prototype, 'srcObject', {
    ...native,
    set(this: HTMLMediaElement, source: MediaProvider | null) {
      if (source !== null && this.srcObject === null) given.add(new WeakRef(this));
      native.set?.call(this, source);
    },
  });
}

// The socket that this page speaks with the server over, and the last that it was told of who is in a call.
interface KnownCall {
  readonly call: string;
  readonly participants: readonly { readonly participant: string; readonly name: string }[];
}
let socket: WebSocket | null = null;
let call: KnownCall | null = null;

export function socketOf(): { socket: WebSocket | null; call: KnownCall | null } {
  return { socket, call };
}

function keepSocket(): void {
  const Native = window.WebSocket;
  window.WebSocket = new Proxy(Native, {
    construct(target, args, newTarget) {
      const made = Reflect.construct(target, args, newTarget) as WebSocket;
      socket = made;
      made.addEventListener('message', ({ data }: MessageEvent<unknown>) => {
        if (typeof data !== 'string' || !data.includes('"participants"')) return;
        const message = JSON.parse(data) as Partial<KnownCall>;
        if (message.call === undefined || message.participants === undefined) return;
        call = { call: message.call, participants: message.participants };
      });
      return made;
    },
  });
}

function keep(connection: RTCPeerConnection): void {
  const { promise: closing, resolve } = Promise.withResolvers<void>();
  const kept: Kept = { connection, channels: [], negotiations: 0, closing };
  open.push(kept);
  made += 1;
  connection.addEventListener('datachannel', ({ channel }) => kept.channels.push(channel));
  const createDataChannel = connection.createDataChannel.bind(connection);
  connection.createDataChannel = (...args) => {
    const channel = createDataChannel(...args);
    kept.channels.push(channel);
    return channel;
  };
  connection.addEventListener('signalingstatechange', () => (kept.negotiations += 1));
  const close = connection.close.bind(connection);
  connection.close = () => {
    close();
    resolve();
    const at = open.indexOf(kept);
    if (at >= 0) open.splice(at, 1);
  };
}
