import { CallMedia } from './call_media.ts';
import { CallStatus } from './call_status.ts';
import type { View } from './control_channel.ts';
import { Mesh } from './mesh.ts';
import type { RemoteParticipant } from './participant.ts';
import type { UplinkState } from './uplink_budget.ts';

/** What people in a call do together, over the links between them and without the server. */
export class CallFeatures extends CallStatus {
  protected readonly mesh: Mesh;
  readonly #media: CallMedia;

  constructor(options: ConstructorParameters<typeof Mesh>[0]) {
    super();
    this.mesh = new Mesh(options);
    this.mesh.on('data', (message) => {
      this.emit('data', message);
    });
    this.mesh.on('reaction', (reaction) => {
      this.emit('reaction', reaction);
    });
    this.#media = new CallMedia(this.mesh, options.platform.timers);
    this.#media.on('uplink', (state) => {
      this.emit('uplink', { state });
    });
    this.#media.on('speaker', (speaker) => {
      this.emit('speaker', speaker);
    });
  }

  /** How well our connection carries what we send. */
  get uplink(): { readonly state: UplinkState } {
    return { state: this.#media.uplink };
  }

  /** @internal By way of the client, for all calls. */
  setDataSaver(on: boolean): void {
    this.#media.setDataSaver(on);
  }

  /** Who speaks, or spoke just now. */
  get activeSpeaker(): RemoteParticipant | null {
    return this.#media.speaker;
  }

  /** How large that participant's pictures are shown here, so that they send accordingly. Large until this is told. */
  setView(participant: string, view: View): void {
    this.mesh.setView(participant, view);
  }

  get handRaised(): boolean {
    return this.mesh.handRaised;
  }

  /** Everyone sees it on our tile, late joiners too. */
  setHandRaised(raised: boolean): void {
    this.mesh.setHandRaised(raised);
  }

  /** An emoji, seen by whoever is connected at this moment. */
  react(emoji: string): void {
    this.mesh.sendReaction(emoji);
  }

  /**
   * To everyone who has joined, over the data channels: in order, whole, at most 64 KiB each.
   * @throws VisavisError `no_channel`, `too_large`, `buffer_full`
   */
  send(data: string | ArrayBuffer): void {
    this.mesh.send(data);
  }
}
