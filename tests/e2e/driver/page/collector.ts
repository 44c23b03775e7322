// Runs in the page before any of its scripts: keeps every RTCPeerConnection, data channel and captured
// stream that the page makes, so that a test can ask them for their statistics and states.

declare global {
  interface Window {
    __e2eLargePicture?: boolean;
  }
}

export const peerConnections: RTCPeerConnection[] = [];
export const dataChannels = new Map<RTCPeerConnection, RTCDataChannel[]>();
export const capturedStreams: MediaStream[] = [];

// A page opened with this fragment waits at getUserMedia, as for a person who has not answered yet.
export const holdMedia = '#hold-media';
let release: () => void = () => undefined;
const released = new Promise<void>((resolve) => (release = resolve));

export function releaseMedia(): void {
  release();
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

  // Not there in an insecure context.
  const devices = navigator.mediaDevices as MediaDevices | undefined;
  if (devices === undefined) return;
  const getUserMedia = devices.getUserMedia.bind(devices);
  devices.getUserMedia = async (constraints) => {
    if (location.hash === holdMedia) await released;
    const stream = await getUserMedia(modest(constraints));
    capturedStreams.push(stream);
    return stream;
  };
}

// Two busy cores carry several calls between small pictures; the app itself asks for large ones.
const smallPicture: MediaTrackConstraints = { width: 320, height: 240, frameRate: 15 };

function modest(constraints: MediaStreamConstraints | undefined): MediaStreamConstraints {
  const { video, ...others } = constraints ?? {};
  if (window.__e2eLargePicture === true || video === undefined || video === false) {
    return { ...others, ...(video !== undefined && { video }) };
  }
  return { ...others, video: { ...(video === true ? {} : video), ...smallPicture } };
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
}
