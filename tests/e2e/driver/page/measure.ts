// Runs in the page: what getStats and the video elements say about a call.
import type { FirstFrame, LinkStats, MediaState } from '../stats.ts';
import { connectionsMade, open, players, type Kept } from './collector.ts';
import { capturedStreams, liveDisplay, liveTracks } from './devices.ts';
import { descendants } from './finder.ts';

type Report = Record<string, unknown> & { id: string; type: string };

export async function links(): Promise<LinkStats[]> {
  return Promise.all(open.map(linkStats));
}

export async function rawStats(): Promise<Report[][]> {
  return Promise.all(open.map(reports));
}

export function mediaState(): MediaState {
  const tracks = liveTracks(capturedStreams);
  return {
    liveTracks: tracks.map((track) => track.kind),
    liveDevices: tracks.map((track) => track.label),
    liveDisplay: liveDisplay(),
    soundGoesTo: sinks(),
    playersLeftBehind: players().filter((one) => !one.isConnected && one.srcObject !== null).length,
    connectionsMade: connectionsMade(),
    connectionsOpen: open.length,
  };
}

// The devices that the sounds of this page are played at; '' is the system's choice.
function sinks(): string[] {
  const ids = new Set<string>();
  for (const element of descendants(document)) {
    if (!(element instanceof HTMLAudioElement) || element.paused) continue;
    ids.add((element as Partial<HTMLAudioElement>).sinkId ?? '');
  }
  return [...ids];
}

// Notes the next trusted click and the first frame of a remote video that comes on screen after this
// call, both in milliseconds since 1970, so that two pages of one machine can be compared.
export function armFirstFrame(): void {
  const noted: FirstFrame = { clickedAt: null, frameAt: null };
  armed = noted;
  addEventListener('click', () => (noted.clickedAt = Date.now()), { capture: true, once: true });
  const look = (): void => {
    const video = remoteVideo();
    if (video === undefined) setTimeout(look, 5);
    else video.requestVideoFrameCallback(() => (noted.frameAt = Date.now()));
  };
  look();
}
let armed: FirstFrame = { clickedAt: null, frameAt: null };

export function firstFrame(): FirstFrame {
  return armed;
}

function remoteVideo(): HTMLVideoElement | undefined {
  const remote = new Set(
    open
      .flatMap(({ connection }) => connection.getReceivers())
      .map((receiver) => receiver.track.id),
  );
  for (const element of descendants(document)) {
    if (!(element instanceof HTMLVideoElement)) continue;
    const stream = element.srcObject;
    if (!(stream instanceof MediaStream)) continue;
    if (stream.getVideoTracks().some((track) => remote.has(track.id))) return element;
  }
  return undefined;
}

async function linkStats(kept: Kept): Promise<LinkStats> {
  const { connection, channels, negotiations } = kept;
  const all = await reports(kept);
  const byId = new Map(all.map((report) => [report.id, report]));
  const pair = selectedPair(all, byId);
  const local = byId.get(text(pair?.['localCandidateId']) ?? '');
  const remote = byId.get(text(pair?.['remoteCandidateId']) ?? '');
  // A link's m-lines stay as they are: microphone, camera, screen, sound of the screen.
  const inbound = (line: number): Report | undefined => onLine('inbound-rtp', line);
  const outbound = (line: number): Report | undefined => onLine('outbound-rtp', line);
  const onLine = (type: string, line: number): Report | undefined => {
    const mid = connection.getTransceivers()[line]?.mid;
    return all.find((report) => report.type === type && report['mid'] === mid);
  };
  return {
    connectionState: connection.connectionState,
    signalingState: connection.signalingState,
    negotiations,
    localCandidate: text(local?.['candidateType']),
    remoteCandidate: text(remote?.['candidateType']),
    relayProtocol: text(local?.['relayProtocol']),
    audioSamplesReceived: number(inbound(0)?.['totalSamplesReceived']),
    audioEnergyReceived: number(inbound(0)?.['totalAudioEnergy']),
    videoFramesDecoded: number(inbound(1)?.['framesDecoded']),
    videoFramesSent: number(outbound(1)?.['framesSent']),
    screenFramesDecoded: number(inbound(2)?.['framesDecoded']),
    screenSoundReceived: number(inbound(3)?.['totalSamplesReceived']),
    dataChannelStates: channels.map((channel) => channel.readyState),
  };
}

async function reports({ connection, closing }: Kept): Promise<Report[]> {
  // Where the connection is closed meanwhile, Firefox never settles what was asked before.
  const stats = await Promise.race([connection.getStats(), closing]);
  const all: Report[] = [];
  stats?.forEach((report) => all.push(report as Report));
  return all;
}

// Chromium names the pair in its transport; Firefox marks the pair itself.
function selectedPair(all: Report[], byId: Map<string, Report>): Report | undefined {
  const transport = all.find((report) => report.type === 'transport');
  const named = byId.get(text(transport?.['selectedCandidatePairId']) ?? '');
  return (
    named ?? all.find((report) => report.type === 'candidate-pair' && report['selected'] === true)
  );
}

function text(value: unknown): string | null {
  return typeof value === 'string' ? value : null;
}

function number(value: unknown): number {
  return typeof value === 'number' ? value : 0;
}
