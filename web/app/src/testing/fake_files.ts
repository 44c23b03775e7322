import {
  Emitter,
  type Files,
  type FileSink,
  type RemoteParticipant,
  type Transfer,
  type TransferState,
  type VisavisError,
} from '@visavis/client';

import type { Events } from './events.ts';

let lastId = 0;

/** One file on its way that a test or the gallery moves. */
export class FakeTransfer extends Emitter<Events<Transfer>> {
  readonly id = `fake-transfer-${String(++lastId)}`;
  readonly direction: 'in' | 'out';
  readonly name: string;
  readonly size: number;
  readonly type = '';
  readonly peer: RemoteParticipant;
  state: TransferState = 'offered';
  bytes = 0;
  rate = 0;
  error: VisavisError | null = null;
  pausedHere = false;
  pausedThere = false;
  sink: FileSink | null = null;

  constructor(direction: 'in' | 'out', peer: RemoteParticipant, name: string, size: number) {
    super();
    this.direction = direction;
    this.peer = peer;
    this.name = name;
    this.size = size;
  }

  get asTransfer(): Transfer {
    return this as unknown as Transfer;
  }

  become(
    changes: Partial<
      Pick<FakeTransfer, 'state' | 'bytes' | 'rate' | 'error' | 'pausedHere' | 'pausedThere'>
    >,
  ): void {
    Object.assign(this, changes);
    this.emit('change');
  }

  accept(sink: FileSink): void {
    this.sink = sink;
    this.become({ state: 'active' });
  }

  decline(): void {
    this.become({ state: 'declined' });
  }

  pause(): void {
    this.become({ state: 'paused', pausedHere: true });
  }

  resume(): void {
    this.become({ state: 'active', pausedHere: false });
  }

  cancel(): void {
    this.become({ state: 'cancelled' });
  }
}

/** What the view models see of a call's files. */
export class FakeFiles extends Emitter<Events<Files>> {
  transfers: readonly Transfer[] = [];
  readonly offered: { readonly name: string; readonly to: string | null }[] = [];
  /** What `offer` throws. */
  refusal: VisavisError | null = null;
  /** Whom files to everyone go to. */
  everyone: readonly RemoteParticipant[] = [];

  get asFiles(): Files {
    return this as unknown as Files;
  }

  offer(file: File, to: RemoteParticipant | null): Transfer[] {
    if (this.refusal) throw this.refusal;
    this.offered.push({ name: file.name, to: to?.id ?? null });
    const receivers = to ? [to] : this.everyone;
    const transfers = receivers.map((peer) => new FakeTransfer('out', peer, file.name, file.size));
    this.list(...transfers);
    return transfers.map(({ asTransfer }) => asTransfer);
  }

  /** Somebody else offers a file. */
  receive(from: RemoteParticipant, name: string, size: number): FakeTransfer {
    const transfer = new FakeTransfer('in', from, name, size);
    this.list(transfer);
    this.emit('offer', transfer.asTransfer);
    return transfer;
  }

  list(...transfers: readonly FakeTransfer[]): void {
    this.transfers = [...this.transfers, ...transfers.map(({ asTransfer }) => asTransfer)];
    this.emit('change');
  }
}
