import type { Call, RemoteParticipant } from '@visavis/client';

import { Observable } from '../../base/observable.ts';
import type { Public } from '../../base/public.ts';
import { Subscriptions } from '../../base/subscriptions.ts';
import {
  cameraKey,
  type Corner,
  cornerTowards,
  type Insets,
  type Placed,
  planStage,
  screenKey,
  type StageLayout,
} from './stage_plan.ts';
import type { Size } from './layout.ts';

const NO_INSETS: Insets = { top: 0, right: 0, bottom: 0, left: 0 };

/** How somebody wants to see a call: pinned, swapped, by speaker; remembered as long as the call lasts. */
export class StageModel extends Observable {
  readonly #call: Public<Call>;
  readonly #subscriptions = new Subscriptions();
  #size: Size = { width: 0, height: 0 };
  #safe: Insets = NO_INSETS;
  #pinned: string | null = null;
  #swapped = false;
  #layout: StageLayout = 'grid';
  #corner: Corner = 'bottom-right';

  constructor(call: Public<Call>) {
    super();
    this.#call = call;
    this.#subscriptions.add(
      call.on('speaker', () => {
        this.changed();
      }),
      call.on('participants', () => {
        this.#forgetGone();
      }),
    );
  }

  dispose(): void {
    this.#subscriptions.end();
  }

  get pinned(): string | null {
    return this.#pinned;
  }

  get layout(): StageLayout {
    return this.#layout;
  }

  get corner(): Corner {
    return this.#corner;
  }

  get size(): Size {
    return this.#size;
  }

  /** Whether somebody's camera is framed as the one who speaks; among two nobody needs that. */
  isSpeaking(participant: Public<RemoteParticipant>): boolean {
    const { activeSpeaker, participants } = this.#call;
    return participants.length > 1 && activeSpeaker?.id === participant.id;
  }

  plan(): readonly Placed[] {
    return planStage({
      size: this.#size,
      safe: this.#safe,
      others: this.#call.participants,
      pinned: this.#pinned,
      speaker: this.#call.activeSpeaker?.id ?? null,
      layout: this.#layout,
      swapped: this.#swapped,
      corner: this.#corner,
    });
  }

  resize(size: Size, safe: Insets = NO_INSETS): void {
    this.#size = size;
    this.#safe = safe;
    this.changed();
  }

  /** Pins the picture of this key, or unpins it. */
  togglePin(key: string): void {
    this.#pinned = this.#pinned === key ? null : key;
    this.changed();
  }

  swap(): void {
    this.#swapped = !this.#swapped;
    this.changed();
  }

  setLayout(layout: StageLayout): void {
    this.#layout = layout;
    this.changed();
  }

  setCorner(corner: Corner): void {
    this.#corner = corner;
    this.changed();
  }

  /** Returns whether the key was one that moves the small picture. */
  moveBy(key: string): boolean {
    if (!key.startsWith('Arrow')) return false;
    this.setCorner(cornerTowards(this.#corner, key));
    return true;
  }

  #forgetGone(): void {
    const keys = this.#call.participants.flatMap(({ id }) => [cameraKey(id), screenKey(id)]);
    if (this.#pinned !== null && !keys.includes(this.#pinned)) this.#pinned = null;
    if (keys.length > 2) this.#swapped = false;
    this.changed();
  }
}
