import {
  Emitter,
  type LinkState,
  type ParticipantState,
  type Path,
  type RemoteParticipant,
  type RemovedBy,
  type Trust,
} from '@visavis/client';

import type { Public } from '../base/public.ts';
import { emptyStream } from './empty_stream.ts';
import type { Events } from './events.ts';

const DIRECT: Path = { kind: 'direct', protocol: 'udp', local: 'host', remote: 'host' };

export function relayedOver(protocol: Path['protocol']): Path {
  return { kind: 'relayed', protocol, local: 'relay', remote: 'relay' };
}

export class FakeParticipant
  extends Emitter<Events<RemoteParticipant>>
  implements Public<RemoteParticipant>
{
  readonly id: string;
  readonly user: string;
  name: string;
  confusable = false;
  state: ParticipantState = 'joined';
  readonly stream: MediaStream;
  readonly screen: MediaStream;
  microphoneMuted = false;
  cameraOff = false;
  sharing = false;
  handRaised = false;
  videoPaused = false;
  audioLevel = 0;
  link: LinkState = 'connected';
  trust: Trust = 'open';
  removedBy: RemovedBy | null = null;
  unstable = false;
  path: Path | null = DIRECT;

  constructor(user: string, name: string, stream = emptyStream(), screen = emptyStream()) {
    super();
    this.id = `participant-${user}`;
    this.user = user;
    this.name = name;
    this.stream = stream;
    this.screen = screen;
  }

  get asParticipant(): RemoteParticipant {
    return this as unknown as RemoteParticipant;
  }

  update(
    changes: Partial<
      Pick<
        FakeParticipant,
        | 'name'
        | 'state'
        | 'link'
        | 'trust'
        | 'removedBy'
        | 'unstable'
        | 'microphoneMuted'
        | 'cameraOff'
        | 'sharing'
        | 'handRaised'
        | 'videoPaused'
      >
    >,
  ): void {
    Object.assign(this, changes);
    this.emit('change');
  }

  setTrack(slot: string, track: MediaStreamTrack): void {
    (slot.startsWith('screen') ? this.screen : this.stream).addTrack(track);
    this.emit('change');
  }

  setAudioLevel(level: number): void {
    this.audioLevel = level;
  }

  setPath(path: Path | null): void {
    this.path = path;
    this.emit('change');
  }

  clearTracks(): void {
    for (const track of this.stream.getTracks()) this.stream.removeTrack(track);
  }
}
