import { noRelay } from './call_errors.ts';
import type { CallContext } from './call_context.ts';
import { CallFeatures } from './call_features.ts';
import { CallLine } from './call_line.ts';
import type { VisavisError } from '../base/errors.ts';
import { CallIceServers } from '../link/ice_servers.ts';
import { createLogger } from '../base/logger.ts';
import type { RemoteParticipant } from '../link/participant.ts';
import type { CallAccepted, Participant } from '../base/protocol.ts';
import { Roster } from './roster.ts';

const log = createLogger('call');

/** Who is in a call, and the line to the server that tells. */
export abstract class CallMembers extends CallFeatures {
  protected readonly line: CallLine;
  protected readonly ice: CallIceServers;
  protected readonly others: Roster;
  protected readonly subtle: SubtleCrypto | null;
  protected self: string | null = null;
  protected caller: string | null = null;
  /** We are in it, rather than ringing or knocking. */
  protected joined = false;
  /** Somebody accepted, or it is a room; from then on the end is a hang-up. */
  protected answered = false;

  protected constructor(context: CallContext) {
    const line = new CallLine(context);
    const others = new Roster(() => context.platform.createMediaStream());
    const ice = new CallIceServers({
      timers: context.platform.timers,
      policy: () => context.iceTransportPolicy,
      fallback: () => context.iceServers(),
      ask: (onAnswer) => line.askForRelay(onAnswer),
    });
    super({
      platform: context.platform,
      ice,
      canSignal: (to) => !line.isCut && !others.isAbsent(to),
      isServerThere: () => line.isUp,
      sendSignal: (to, data) => {
        line.signal(to, data, (error) => {
          this.#onSignalRefused(to, error);
        });
      },
    });
    this.line = line;
    this.others = others;
    this.ice = ice;
    this.subtle = context.platform.subtle;
  }

  /** Null until the server has answered. */
  get id(): string | null {
    return this.line.id;
  }

  /** Who calls, if it is not us. */
  get from(): RemoteParticipant | null {
    return this.caller === null ? null : this.others.get(this.caller);
  }

  /** The others, not ended; once the call has ended, those who were there last. */
  get participants(): readonly RemoteParticipant[] {
    return this.others.list();
  }

  /** Makes the link to somebody anew whose link has `failed`; by itself it is tried again, too, but less and less often. */
  retry(participant: RemoteParticipant): void {
    if (this.state !== 'ended') this.mesh.retry(participant);
  }

  protected takeOwn({
    ice_servers,
    membership,
  }: Pick<CallAccepted, 'ice_servers' | 'membership'>): void {
    this.ice.take(ice_servers);
    this.line.keep(membership);
  }

  /** @param weJoin Whether this is the moment we join: who is in it already joined before us. */
  protected applyParticipants(participants: readonly Participant[], weJoin = false): void {
    const before = this.#unknownBeforeUs(participants);
    const { gone, back } = this.others.apply(participants, this.self);
    for (const other of gone) this.mesh.disconnect(other);
    for (const other of back) this.mesh.serverRestarted(other);
    for (const other of this.others.list()) {
      if (other.state !== 'joined' || !this.joined) continue;
      this.answered = true;
      this.mesh.connect(other, weJoin || before.has(other.id));
    }
    this.emit('participants');
  }

  /** Who joined before us, and comes back after a restart of the server during which we came in. */
  #unknownBeforeUs(participants: readonly Participant[]): ReadonlySet<string> {
    const ids = participants.map(({ participant }) => participant);
    const before = ids.slice(0, Math.max(0, ids.indexOf(this.self ?? '')));
    return new Set(before.filter((id) => this.others.get(id) === null));
  }

  protected removeParticipant(id: string): void {
    const gone = this.others.remove(id);
    if (!gone) return;
    this.mesh.disconnect(gone);
    this.emit('participants');
  }

  /**
   * We come back as somebody new: nobody here is who they were to us, and nothing between us goes on. Telling it is the
   * caller's: who is still there has not left.
   */
  protected forgetEveryone(): void {
    for (const { id } of this.others.list()) {
      const gone = this.others.remove(id);
      if (gone) this.mesh.disconnect(gone);
    }
    this.chat.cameBack();
  }

  /** @throws VisavisError `no_relay` */
  protected assertPathsArePossible(): void {
    if (!this.ice.isUsable) throw noRelay();
  }

  #onSignalRefused(to: string, error: VisavisError): void {
    if (this.state === 'ended') return;
    log.warn(`a signal was refused: ${error.code}`);
    this.wentWrong(error);
    this.mesh.signalLost(to);
  }
}
