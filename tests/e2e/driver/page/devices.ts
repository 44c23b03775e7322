// Runs in the page before any of its scripts: keeps what the page captures, and lets a test pull a plug or press
// the browser's own button that ends a share.

export const capturedStreams: MediaStream[] = [];
const displayStreams: MediaStream[] = [];
// Ids of devices that are pulled out.
const away = new Set<string>();

// A page opened with this fragment waits at getUserMedia, as for a person who has not answered yet.
const holdMedia = '#hold-media';
let release: () => void = () => undefined;
const released = new Promise<void>((resolve) => (release = resolve));

export function releaseMedia(): void {
  release();
}

export function followDevices(devices: MediaDevices): void {
  const getUserMedia = devices.getUserMedia.bind(devices);
  devices.getUserMedia = async (constraints) => {
    if (location.hash === holdMedia) await released;
    refuseAway(constraints);
    const stream = await getUserMedia(modest(constraints));
    capturedStreams.push(stream);
    return stream;
  };

  const enumerateDevices = devices.enumerateDevices.bind(devices);
  devices.enumerateDevices = async () =>
    (await enumerateDevices()).filter(({ deviceId }) => !away.has(deviceId));

  // Not on phones.
  const getDisplayMedia = (devices as Partial<MediaDevices>).getDisplayMedia?.bind(devices);
  if (getDisplayMedia === undefined) return;
  devices.getDisplayMedia = async (options) => {
    const stream = await getDisplayMedia(options);
    displayStreams.push(stream);
    return stream;
  };
}

// Pulls out the device in use of this kind, as far as a page can tell. Returns its label.
export function unplug(kind: 'audio' | 'video'): string {
  const track = liveTracks(capturedStreams).findLast((one) => one.kind === kind);
  const id = track?.getSettings().deviceId;
  if (track === undefined || id === undefined) throw new Error(`no ${kind} is captured`);
  away.add(id);
  end(track);
  tellOfChange();
  return track.label;
}

// Everything that was pulled out is there again.
export function plugIn(): void {
  away.clear();
  tellOfChange();
}

// What the browser's own bar does to a shared screen. Returns whether there was one.
export function endDisplay(): boolean {
  const tracks = liveTracks(displayStreams);
  for (const track of tracks) end(track);
  return tracks.length > 0;
}

export function liveDisplay(): string[] {
  return liveTracks(displayStreams).map((track) => track.kind);
}

export function liveTracks(streams: readonly MediaStream[]): MediaStreamTrack[] {
  return streams
    .flatMap((stream) => stream.getTracks())
    .filter((track) => track.readyState === 'live');
}

// A track that ends by itself tells so; one that is stopped does not.
function end(track: MediaStreamTrack): void {
  track.stop();
  track.dispatchEvent(new Event('ended'));
}

function tellOfChange(): void {
  navigator.mediaDevices.dispatchEvent(new Event('devicechange'));
}

function refuseAway(constraints: MediaStreamConstraints | undefined): void {
  for (const wanted of [constraints?.audio, constraints?.video]) {
    const id = typeof wanted === 'object' ? wanted.deviceId : undefined;
    if (typeof id !== 'object' || Array.isArray(id)) continue;
    if (typeof id.exact === 'string' && away.has(id.exact)) {
      throw new OverconstrainedError('deviceId', 'It is not plugged in.');
    }
  }
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
