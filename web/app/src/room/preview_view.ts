import { PASSPHRASE_CHARS_MAX } from '@visavis/client';
import { html, nothing } from 'lit';
import { DoorOpen, Lock, LockKeyhole, TriangleAlert, Users } from 'lucide';

import type { AppViewModel } from '../flow/app_view_model.ts';
import { PageElement } from '../base/page_element.ts';
import { Watch } from '../base/watch.ts';
import '../design/avatar.ts';
import '../design/icon.ts';
import '../design/mark.ts';
import { base, buttons, fields, page, promise } from '../design/shared.ts';
import { NAME_CHARS_MAX } from '../base/name_limit.ts';
import '../media/media_preview.ts';
import { doorWords } from '../strings/door.ts';
import { strings } from '../strings/strings.ts';
import { insideInWords, problemInWords } from './door_words.ts';
import { previewStyles } from './preview_styles.ts';
import type { RoomEntry } from '../flow/room_entry.ts';

/** Before the door of a room: who is inside, how one will look there, and the question for a name. */
export class PreviewView extends PageElement {
  static override properties = { app: { attribute: false } };
  declare app: AppViewModel;

  static override styles = [base, page, buttons, fields, promise, previewStyles];

  #asked = false;

  constructor() {
    super();
    new Watch(this, () => [[this.app, (listener) => this.app.subscribe(listener)]]);
  }

  override firstUpdated(): void {
    // Where there is a mouse, there is a keyboard; on a phone, one would cover half the page.
    if (!matchMedia('(hover: hover)').matches) return;
    this.renderRoot.querySelector('input')?.focus({ preventScroll: true });
  }

  override updated(): void {
    const asks = this.app.rooms.entry?.asksPassphrase === true;
    if (asks && !this.#asked) {
      this.renderRoot.querySelector<HTMLElement>('#passphrase')?.focus();
    }
    this.#asked = asks;
  }

  override render(): unknown {
    const { app } = this;
    const { entry } = app.rooms;
    if (!entry) return nothing;
    return html`
      <header><visavis-mark wordmark></visavis-mark></header>
      <main>
        <section>
          <visavis-media-preview
            .media=${app.media}
            .name=${app.name}
            .user=${app.user}
          ></visavis-media-preview>
        </section>
        <section class="door">
          <p class="room">${doorWords.preview.room(entry.room)}</p>
          <h1>${doorWords.preview.title}</h1>
          ${this.#renderInside(entry)} ${this.#renderProblem(entry)} ${this.#renderForm(entry)}
          <p class="promise">
            <visavis-icon .drawing=${Lock}></visavis-icon>${doorWords.preview.promise}
          </p>
        </section>
      </main>
    `;
  }

  #renderInside(entry: RoomEntry): unknown {
    const people = entry.preview?.participants ?? [];
    return html`<div class="inside">
      ${
        people.length === 0
          ? html`<visavis-icon .drawing=${Users}></visavis-icon>`
          : html`<div class="faces">
              ${people.map(
                ({ user, name }) =>
                  html`<visavis-avatar .name=${name} .user=${user}></visavis-avatar>`,
              )}
            </div>`
      }
      <p role="status" dir="auto">
        ${insideInWords(entry)}${
          entry.locked
            ? html`<span class="knock"
                ><visavis-icon .drawing=${LockKeyhole}></visavis-icon
                >${doorWords.preview.locked}</span
              >`
            : nothing
        }${
          entry.mustKnock && !entry.locked
            ? html`<span class="knock"
                ><visavis-icon .drawing=${DoorOpen}></visavis-icon>${doorWords.preview.knock}</span
              >`
            : nothing
        }
      </p>
    </div>`;
  }

  #renderProblem(entry: RoomEntry): unknown {
    const problem = entry.problem === null ? null : problemInWords(entry.problem);
    return html`<div role="alert">
      ${
        problem === null
          ? nothing
          : html`<div class="problem">
              <visavis-icon .drawing=${TriangleAlert}></visavis-icon>
              <div>
                <h2>${problem.title}</h2>
                <p>${problem.detail}</p>
              </div>
            </div>`
      }
    </div>`;
  }

  #renderForm(entry: RoomEntry): unknown {
    const { app } = this;
    const { preview } = doorWords;
    const problem = app.joinProblem;
    const busy = app.rooms.entering;
    const wait = entry.pauseSeconds;
    return html`<form novalidate @submit=${this.#submit}>
      <label for="name">${strings.join.name}</label>
      <input
        id="name"
        name="name"
        autocomplete="nickname"
        autocapitalize="words"
        spellcheck="false"
        maxlength=${NAME_CHARS_MAX}
        placeholder=${strings.join.namePlaceholder}
        .defaultValue=${app.name}
        ?readonly=${busy}
        aria-invalid=${problem === null ? nothing : 'true'}
        aria-describedby=${problem === null ? nothing : 'problem'}
      />
      <p id="problem" class="field-error" role="alert">${problem ?? nothing}</p>
      ${entry.asksPassphrase ? this.#renderPassphrase(entry) : nothing}
      <div class="actions">
        <button
          class="button primary"
          type="submit"
          aria-describedby="wait"
          ?disabled=${busy || wait > 0}
        >
          ${busy ? preview.joining : preview.join}
        </button>
        <button
          class="button quiet"
          type="button"
          @click=${() => {
            app.backToLobby();
          }}
        >
          ${preview.back}
        </button>
      </div>
      <p id="wait" class="hint" ?hidden=${wait === 0}>${preview.wait(wait)}</p>
    </form>`;
  }

  #renderPassphrase(entry: RoomEntry): unknown {
    const { preview } = doorWords;
    return html`<label for="passphrase">${preview.passphrase}</label>
      <input
        id="passphrase"
        name="passphrase"
        type="text"
        autocomplete="off"
        autocapitalize="none"
        spellcheck="false"
        maxlength=${PASSPHRASE_CHARS_MAX}
        .defaultValue=${entry.passphrase ?? ''}
        ?readonly=${this.app.rooms.entering}
        aria-describedby="passphrase-hint"
      />
      <p id="passphrase-hint" class="hint">${preview.passphraseHint}</p>`;
  }

  readonly #submit = (event: SubmitEvent): void => {
    event.preventDefault();
    const { entry } = this.app.rooms;
    const value = (id: string): string | null =>
      this.renderRoot.querySelector<HTMLInputElement>(`#${id}`)?.value ?? null;
    const name = value('name') ?? '';
    if (name.trim() === '') this.renderRoot.querySelector('input')?.focus();
    // Typed or, where nothing is asked, as it stood in the link.
    const typed = value('passphrase');
    const passphrase = typed === null ? (entry?.passphrase ?? null) : typed.trim() || null;
    void this.app.rooms.enter(name, passphrase);
  };
}

customElements.define('visavis-preview-view', PreviewView);
