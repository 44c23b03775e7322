// What a page tells about its calls; counters are since the connection was made.
export interface LinkStats {
  readonly connectionState: RTCPeerConnectionState;
  readonly signalingState: RTCSignalingState;
  readonly negotiations: number; // steps of offer and answer made so far
  readonly localCandidate: string | null; // candidate types of the selected pair: host, srflx, prflx, relay
  readonly remoteCandidate: string | null;
  readonly relayProtocol: string | null; // between us and our relay, where the local candidate is one
  readonly audioSamplesReceived: number;
  readonly audioEnergyReceived: number; // grows only while there is sound, not silence
  readonly videoFramesDecoded: number;
  readonly videoFramesSent: number;
  readonly screenFramesDecoded: number; // of a screen that the other side shares
  readonly screenSoundReceived: number; // samples
  readonly dataChannelStates: readonly RTCDataChannelState[];
}

export interface MediaState {
  readonly liveTracks: readonly string[]; // kinds of the captured tracks that still run
  readonly liveDevices: readonly string[]; // labels of the same tracks
  readonly liveDisplay: readonly string[]; // kinds of the tracks of a shared screen that still run
  readonly soundGoesTo: readonly string[]; // ids of the speakers in use; '' is the system's choice
  readonly playersLeftBehind: number; // video and audio elements off the page that hold a stream
  readonly connectionsMade: number;
  readonly connectionsOpen: number;
}

export interface FirstFrame {
  clickedAt: number | null; // milliseconds since 1970
  frameAt: number | null;
}
