// Runs in the page before any of its scripts: keeps every RTCPeerConnection and data channel that the page makes,
// so that a test can ask them for their statistics and states.
import { followDevices } from './devices.ts';

declare global {
  interface Window {
    __e2eLargePicture?: boolean;
  }
}

export const peerConnections: RTCPeerConnection[] = [];
export const dataChannels = new Map<RTCPeerConnection, RTCDataChannel[]>();
// How many steps of offer and answer each has made.
export const negotiations = new Map<RTCPeerConnection, number>();
// Settled when the page closes it; no event tells of that.
export const closings = new Map<RTCPeerConnection, Promise<void>>();

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

  // Not there in an insecure context.
  const devices = navigator.mediaDevices as MediaDevices | undefined;
  if (devices !== undefined) followDevices(devices);
}

// Video and audio elements that were given a stream, on the page or not.
export const players = new Set<HTMLMediaElement>();

function keepPlayers(): void {
  const { prototype } = HTMLMediaElement;
  const native = Object.getOwnPropertyDescriptor(prototype, 'srcObject');
  if (native === undefined) throw new Error('srcObject is no accessor here');
  Object.defineProperty(prototype, 'srcObject', {
    ...native,
    set(this: HTMLMediaElement, source: MediaProvider | null) {
      if (source !== null) players.add(this);
      native.set?.call(this, source);
    },
  });
}

function keep(connection: RTCPeerConnection): void {
  const channels: RTCDataChannel[] = [];
  peerConnections.push(connection);
  dataChannels.set(connection, channels);
  connection.addEventListener('datachannel', ({ channel }) => channels.push(channel));
  const createDataChannel = connection.createDataChannel.bind(connection);
  connection.createDataChannel = (...args) => {
    const channel = createDataChannel(...args);
    channels.push(channel);
    return channel;
  };
  const closing = Promise.withResolvers<void>();
  closings.set(connection, closing.promise);
  const close = connection.close.bind(connection);
  connection.close = () => {
    close();
    closing.resolve();
  };
  connection.addEventListener('signalingstatechange', () => {
    negotiations.set(connection, (negotiations.get(connection) ?? 0) + 1);
  });
}
