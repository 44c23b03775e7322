// Runs in the page before any of its scripts: keeps every RTCPeerConnection, data channel and captured
// stream that the page makes, so that a test can ask them for their statistics and states.

export const peerConnections: RTCPeerConnection[] = [];
export const dataChannels = new Map<RTCPeerConnection, RTCDataChannel[]>();
export const capturedStreams: MediaStream[] = [];

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
    const stream = await getUserMedia(constraints);
    capturedStreams.push(stream);
    return stream;
  };
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
