import { html, nothing, type PropertyValues } from 'lit';
import { LoaderCircle, Settings } from 'lucide';

import type { AppViewModel } from '../flow/app_view_model.ts';
import { PageElement } from '../base/page_element.ts';
import { Watch } from '../base/watch.ts';
import '../design/avatar.ts';
import '../design/icon.ts';
import '../design/mark.ts';
import { base, buttons, page } from '../design/shared.ts';
import '../media/media_preview.ts';
import { requestSettings } from '../preferences/settings_request.ts';
import { strings } from '../strings/strings.ts';
import './join_form.ts';
import { lobbyStyles } from './lobby_styles.ts';

/** The first screen: oneself on one side; on the other the question for a name, then the people online. */
export class LobbyView extends PageElement {
  static override properties = { app: { attribute: false } };
  declare app: AppViewModel;

  static override styles = [base, page, buttons, lobbyStyles];

  #joined = false;

  constructor() {
    super();
    new Watch(this, () => [[this.app, (listener) => this.app.subscribe(listener)]]);
  }

  override render(): unknown {
    const { app } = this;
    const joined = app.lobby !== null;
    return html`
      <header class="head ${joined ? 'known' : ''}">
        <visavis-mark wordmark></visavis-mark>
        ${joined ? this.#renderOwnName() : nothing}
      </header>
      <div class="banner" role="status">${joined ? this.#renderConnection() : nothing}</div>
      ${this.#renderNotice()}
      <main class=${joined ? 'joined' : 'joining'}>
        <section class="own">
          <visavis-media-preview
            .media=${app.media}
            .name=${app.name}
            .user=${app.user}
          ></visavis-media-preview>
          ${joined ? html`<visavis-room-card .app=${app}></visavis-room-card>` : nothing}
        </section>
        ${
          app.lobby
            ? html`<visavis-people-panel .lobby=${app.lobby}></visavis-people-panel>`
            : html`<visavis-join-form .app=${app}></visavis-join-form>`
        }
      </main>
    `;
  }

  override updated(_: PropertyValues): void {
    const joined = this.app.lobby !== null;
    if (joined && !this.#joined)
      this.renderRoot.querySelector<HTMLElement>('.me')?.focus({ preventScroll: true });
    this.#joined = joined;
  }

  #renderOwnName(): unknown {
    const { app } = this;
    return html`<div class="self">
      <span class="me" tabindex="-1">
        <visavis-avatar .name=${app.name} .user=${app.user}></visavis-avatar>
        <span class="name" dir="auto">${app.name}</span>
      </span>
      <button
        class="button settings"
        type="button"
        aria-label=${strings.settings.open}
        title=${strings.settings.open}
        @click=${this.#openSettings}
      >
        <visavis-icon .drawing=${Settings}></visavis-icon>
      </button>
    </div>`;
  }

  #renderConnection(): unknown {
    const { connection } = this.app;
    if (connection === 'online' || connection === 'replaced' || connection === 'refused')
      return nothing;
    const words =
      connection === 'reconnecting'
        ? strings.connection.reconnecting
        : strings.connection.connecting;
    return html`<p class="connection">
      <visavis-icon .drawing=${LoaderCircle}></visavis-icon>${words}
    </p>`;
  }

  #renderNotice(): unknown {
    const { app } = this;
    const { notice } = app.ringing;
    return html`<div class="news" role="status">
      ${
        notice === null
          ? nothing
          : html`<visavis-call-notice .app=${app} .notice=${notice}></visavis-call-notice>`
      }
    </div>`;
  }

  readonly #openSettings = (): void => {
    requestSettings(this, 'account');
  };
}

customElements.define('visavis-lobby-view', LobbyView);
