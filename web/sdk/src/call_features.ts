import { CallStatus } from './call_status.ts';
import { Mesh } from './mesh.ts';

/** What people in a call do together, over the links between them and without the server. */
export class CallFeatures extends CallStatus {
  protected readonly mesh: Mesh;

  constructor(options: ConstructorParameters<typeof Mesh>[0]) {
    super();
    this.mesh = new Mesh(options);
    this.mesh.on('data', (message) => {
      this.emit('data', message);
    });
    this.mesh.on('reaction', (reaction) => {
      this.emit('reaction', reaction);
    });
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
