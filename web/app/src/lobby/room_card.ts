import { css, html, nothing } from 'lit';
import { DoorOpen, SlidersHorizontal } from 'lucide';

import type { AppViewModel } from '../flow/app_view_model.ts';
import { PageElement } from '../base/page_element.ts';
import { Watch } from '../base/watch.ts';
import '../design/icon.ts';
import { base, buttons, fields } from '../design/shared.ts';
import type { NewRoom } from '../flow/room_flow.ts';
import { strings } from '../strings/strings.ts';

/** In the lobby, the other way to meet: by a link, one's own or that of somebody else. */
export class RoomCard extends PageElement {
  static override properties = { app: { attribute: false } };
  declare app: AppViewModel;

  static override styles = [
    base,
    buttons,
    fields,
    css`
      :host {
        position: relative; /* above the shadow of the preview */
        margin-block-start: var(--space-5);
        padding: var(--space-5);
        border-radius: var(--radius-l);
        background: var(--surface);
        box-shadow: var(--shadow-s);
      }
      .lead {
        color: var(--ink-soft);
        font-size: var(--text-s);
        text-wrap: pretty;
      }
      .new,
      form {
        display: flex;
        gap: var(--space-2);
        margin-block-start: var(--space-3);
      }
      .new .primary {
        flex: 1;
      }
      .options {
        flex: none;
        inline-size: var(--touch);
        padding: 0;
      }
      input {
        flex: 1;
        min-inline-size: 0;
        border-radius: var(--radius-full);
        text-overflow: ellipsis;
      }
    `,
  ];

  constructor() {
    super();
    new Watch(this, () => [[this.app, (listener) => this.app.subscribe(listener)]]);
  }

  override firstUpdated(): void {
    if (this.app.rooms.takeWish()) this.#create();
  }

  override render(): unknown {
    const { rooms } = strings;
    const offline = this.app.connection !== 'online';
    const problem = this.app.rooms.inputProblem;
    return html`
      <p class="lead">${rooms.openHint}</p>
      <div class="new">
        <button
          class="button primary"
          type="button"
          title=${offline ? rooms.openWait : nothing}
          ?disabled=${offline}
          @click=${this.#create}
        >
          <visavis-icon .drawing=${DoorOpen}></visavis-icon>${rooms.open}
        </button>
        <button
          class="button quiet options"
          type="button"
          title=${rooms.options}
          aria-label=${rooms.options}
          ?disabled=${offline}
          @click=${() => void this.#openOptions()}
        >
          <visavis-icon .drawing=${SlidersHorizontal}></visavis-icon>
        </button>
      </div>
      <form novalidate @submit=${this.#go}>
        <input
          type="text"
          name="room"
          autocomplete="off"
          autocapitalize="none"
          spellcheck="false"
          aria-label=${rooms.goLabel}
          placeholder=${rooms.goPlaceholder}
          aria-invalid=${problem === null ? nothing : 'true'}
          aria-describedby=${problem === null ? nothing : 'problem'}
        />
        <button class="button quiet" type="submit">${rooms.go}</button>
      </form>
      <p id="problem" class="field-error" role="alert">${problem ?? nothing}</p>
    `;
  }

  /** The usual room: whoever has the link comes in. */
  readonly #create = (): void => {
    this.app.rooms.create({ knock: false, passphrase: null });
  };

  /** The dialog is fetched when it is first wanted. */
  async #openOptions(): Promise<void> {
    const { NewRoomDialog } = await import('../room/new_room_dialog.ts');
    let dialog = this.renderRoot.querySelector('visavis-new-room-dialog');
    if (!(dialog instanceof NewRoomDialog)) {
      const made = new NewRoomDialog();
      made.addEventListener('visavis-new-room', (event) => {
        this.app.rooms.create((event as CustomEvent<NewRoom>).detail);
      });
      this.renderRoot.append(made);
      await made.updateComplete;
      dialog = made;
    }
    if (dialog instanceof NewRoomDialog) dialog.show();
  }

  readonly #go = (event: SubmitEvent): void => {
    event.preventDefault();
    const field = this.renderRoot.querySelector('input');
    if (field && field.value.trim() !== '') this.app.rooms.go(field.value);
  };
}

customElements.define('visavis-room-card', RoomCard);
