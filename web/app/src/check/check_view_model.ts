import type {
  DownloadStats,
  LocalMedia,
  MediaKind,
  PathFailure,
  RelayPath,
  RelayTransport,
  RelayWay,
  SignalingCheck,
  UdpCheck,
} from '@visavis/client';

import { Observable } from '../base/observable.ts';
import type { Public } from '../base/public.ts';
import type { BrowserFacts } from './browser_facts.ts';
import { type Finding, findings } from './findings.ts';
import type { Grant } from './grant.ts';
import {
  type DeviceFacts,
  type DeviceState,
  type NetworkFacts,
  NOTHING_YET,
  type Observations,
  type WayOutcome,
} from './observations.ts';
import { reportText } from './report.ts';
import { type Verdict, verdict } from './verdict.ts';

/** What a check does to find out; the browser's are in check_tools.ts, tests and the gallery play their own. */
export interface CheckTools {
  readonly browser: BrowserFacts;
  grant(): Promise<Grant>;
  signaling(signal: AbortSignal): Promise<SignalingCheck>;
  udp(servers: readonly RTCIceServer[], signal: AbortSignal): Promise<UdpCheck>;
  open(way: RelayWay, signal: AbortSignal): Promise<Public<RelayPath> | PathFailure>;
  /** How much comes down; null where that cannot be told. */
  download(signal: AbortSignal): Promise<DownloadStats | null>;
  /** Calls `listener` whenever the page is not looked at. Returns the function that ends it. */
  onHidden(listener: () => void): () => void;
}

export type Step = 'server' | 'ways' | 'load';

/** The order in which calls prefer them. */
const BEST: readonly RelayTransport[] = ['udp', 'tcp', 'tls'];
/** For the round trip of a way. */
const PINGS = 5;

/** One person's check: runs it, and tells what it found. */
export class CheckViewModel extends Observable {
  readonly media: Public<LocalMedia>;
  readonly #tools: CheckTools;
  #phase: 'ready' | 'running' | 'done' = 'ready';
  #step: Step = 'server';
  #network: NetworkFacts = NOTHING_YET;
  #checkedAt = new Date(0);
  #voicePeak: number | null = null;
  #heardVoice: boolean | null = null;
  #heardSound: boolean | null = null;
  #run: AbortController | null = null;

  constructor(media: Public<LocalMedia>, tools: CheckTools) {
    super();
    this.media = media;
    this.#tools = tools;
  }

  get phase(): 'ready' | 'running' | 'done' {
    return this.#phase;
  }

  /** What is being done while it runs. */
  get step(): Step {
    return this.#step;
  }

  get observations(): Observations {
    return { browser: this.#tools.browser, devices: this.#devices, ...this.#network };
  }

  get findings(): readonly Finding[] {
    return findings(this.observations, this.#phase === 'done');
  }

  /** Null until everything has been tried. */
  get verdict(): Verdict | null {
    return this.#phase === 'done' ? verdict(this.observations, this.findings) : null;
  }

  /** Empty until everything has been tried. */
  get report(): string {
    const { verdict: said, observations } = this;
    return said === null ? '' : reportText(observations, this.findings, said, this.#checkedAt);
  }

  /** What the recording was like, and whether the person heard it. */
  tellVoice(peak: number | null): void {
    this.#voicePeak = peak;
    this.#heardVoice = null;
    this.changed();
  }

  answerVoice(heard: boolean): void {
    this.#heardVoice = heard;
    this.changed();
  }

  answerSound(heard: boolean): void {
    this.#heardSound = heard;
    this.changed();
  }

  /** Never rejects; resolves when everything was tried, or `stop` was called. */
  async start(): Promise<void> {
    this.stop();
    const run = new AbortController();
    this.#run = run;
    this.#phase = 'running';
    this.#step = 'server';
    this.#network = NOTHING_YET;
    this.#checkedAt = new Date();
    this.changed();
    const offHidden = this.#tools.onHidden(() => {
      this.#learn(run, { wasHidden: true });
    });
    const signaling = this.#tools.signaling(run.signal).then((seen) => {
      this.#learn(run, { signaling: seen });
    });
    await Promise.all([signaling, this.#tryNetwork(run)]);
    offHidden();
    if (run.signal.aborted) return;
    this.#phase = 'done';
    this.changed();
  }

  /** Gives up what runs. */
  stop(): void {
    this.#run?.abort();
    this.#run = null;
    if (this.#phase === 'running') this.#phase = 'ready';
  }

  async #tryNetwork(run: AbortController): Promise<void> {
    const { access, stun, ways, bytesMax } = await this.#tools.grant();
    this.#learn(run, { access, ways: ways.map(({ transport }) => trying(transport)) });
    if (run.signal.aborted) return;
    this.#proceed(run, 'ways');
    const udp = this.#tools.udp(stun, run.signal).then((seen) => {
      this.#learn(run, { udp: seen });
    });
    const tried = await Promise.all(ways.map((way, index) => this.#tryWay(run, way, index)));
    const paths = tried.flatMap((path) => path ?? []);
    const best = BEST.flatMap((transport) =>
      paths.filter((one) => one.transport === transport),
    ).find(({ path }) => path.isOpen);
    for (const { path } of paths) if (path !== best?.path) path.close();
    if (best) await this.#measure(run, best, bytesMax);
    await udp;
  }

  async #tryWay(
    run: AbortController,
    way: RelayWay,
    index: number,
  ): Promise<{ transport: RelayTransport; path: Public<RelayPath> } | null> {
    const { transport } = way;
    const path = await this.#tools.open(way, run.signal);
    if ('problem' in path) {
      this.#learnWay(run, index, { ...trying(transport), state: 'fails', failure: path });
      return null;
    }
    const { delayMs } = await path.measurePackets(PINGS);
    this.#learnWay(run, index, { ...trying(transport), state: 'works', roundTripMs: delayMs });
    return { transport, path };
  }

  async #measure(
    run: AbortController,
    { transport, path }: { transport: RelayTransport; path: Public<RelayPath> },
    bytesMax: number,
  ): Promise<void> {
    this.#proceed(run, 'load');
    this.#learn(run, { over: transport });
    const voice = await path.measurePackets();
    this.#learn(run, { voice });
    const load = run.signal.aborted ? null : await path.measureLoad(bytesMax);
    path.close();
    this.#learn(run, { load });
    // Where up and down carry more than a call takes, it does not matter which one carries more.
    if (run.signal.aborted || load === null || load.capped || load.bitrate === 0) return;
    this.#learn(run, { download: await this.#tools.download(run.signal) });
  }

  get #devices(): DeviceFacts {
    const { media } = this;
    const camera =
      media.hasCamera && media.cameraOff ? 'off' : this.#stateOf('camera', media.hasCamera);
    return {
      camera,
      microphone: this.#stateOf('microphone', media.hasMicrophone),
      voicePeak: this.#voicePeak,
      heardVoice: this.#heardVoice,
      heardSound: this.#heardSound,
    };
  }

  #stateOf(kind: MediaKind, there: boolean): DeviceState {
    const { media } = this;
    if (!media.ready) return 'starting';
    if (there) return 'works';
    return media.problems.find((problem) => problem.kind === kind)?.reason ?? 'unknown';
  }

  #proceed(run: AbortController, step: Step): void {
    if (run.signal.aborted) return;
    this.#step = step;
    this.changed();
  }

  #learnWay(run: AbortController, index: number, outcome: WayOutcome): void {
    this.#learn(run, { ways: this.#network.ways.with(index, outcome) });
  }

  #learn(run: AbortController, facts: Partial<NetworkFacts>): void {
    if (run.signal.aborted) return;
    this.#network = { ...this.#network, ...facts };
    this.changed();
  }
}

const trying = (transport: RelayTransport): WayOutcome => ({
  transport,
  state: 'trying',
  roundTripMs: null,
  failure: null,
});
