import type { Call, Person } from '@visavis/client';
import { html, nothing } from 'lit';

import { PageElement } from '../base/page_element.ts';
import type { Public } from '../base/public.ts';
import { Watch } from '../base/watch.ts';
import { loadCallView } from '../call/load_call_view.ts';
import { loadCheck } from '../check/load_check.ts';
import { base } from '../design/shared.ts';
import type { EndSummary } from '../ended/end_summary.ts';
import '../lobby/lobby_view.ts';
import { loadDoor } from '../room/load_door.ts';
import type { SettingsSection } from '../preferences/settings_request.ts';
import { openSettings } from '../settings/open_settings.ts';
import type { AppViewModel, Screen } from '../flow/app_view_model.ts';
import { loadLater } from './load_later.ts';

/** Puts the one screen up that the view model says, and an incoming call over it. */
export class AppView extends PageElement {
  static override properties = { app: { attribute: false } };
  declare app: AppViewModel;

  static override styles = base;

  #screen: Screen['name'] | null = null;

  constructor() {
    super();
    new Watch(this, () => [[this.app, (listener) => this.app.subscribe(listener)]]);
    this.addEventListener('visavis-settings', this.#openSettings);
  }

  override updated(): void {
    // Not needed for the first screen, but must be there when somebody calls, answers, or comes by a link. Elements
    // that stand in the page already come alive then; what could not be fetched is tried again with the next screen.
    if (this.app.screen.name !== this.#screen) this.#fetchRest();
    this.#screen = this.app.screen.name;
  }

  #fetchRest(): void {
    const rest = [loadDoor, loadLater, loadCallView];
    // The check, too: once it is wanted, nothing may come from the server any more.
    const inOrder = this.app.screen.name === 'check' ? [loadCheck, ...rest] : [...rest, loadCheck];
    for (const load of inOrder) void load().catch(() => undefined);
  }

  override render(): unknown {
    return html`${this.#renderScreen()} ${this.#renderIncoming()}`;
  }

  #renderScreen(): unknown {
    const { app } = this;
    const { screen } = app;
    const toLobby = (): void => {
      app.backToLobby();
    };
    switch (screen.name) {
      case 'join':
      case 'lobby':
        return html`<visavis-lobby-view
          .app=${app}
          @visavis-call=${(event: CustomEvent<Person>) => {
            app.call([event.detail]);
          }}
        ></visavis-lobby-view>`;
      case 'preview':
        return html`<visavis-preview-view .app=${app}></visavis-preview-view>`;
      case 'waiting':
        return html`<visavis-waiting-view .app=${app}></visavis-waiting-view>`;
      case 'bad_room':
        return html`<visavis-bad-room-view
          @visavis-lobby=${toLobby}
          @visavis-open-room=${() => {
            app.rooms.wishForRoom();
            toLobby();
          }}
        ></visavis-bad-room-view>`;
      case 'outgoing':
        return html`<visavis-outgoing-view
          .call=${screen.call}
          .media=${app.media}
          .peers=${screen.peers}
          @visavis-cancel=${() => {
            app.hangUp();
          }}
        ></visavis-outgoing-view>`;
      case 'call':
        return this.#renderCall(screen.call);
      case 'ended':
        return this.#renderEnded(screen.summary, toLobby);
      case 'check':
        return html`<visavis-check-view
          .media=${app.media}
          .client=${app.client}
          .code=${screen.code}
          .startsAtOnce=${screen.startsAtOnce}
          @visavis-lobby=${toLobby}
        ></visavis-check-view>`;
      case 'closed':
        return html`<visavis-closed-view
          .why=${screen.why}
          @visavis-rejoin=${() => void app.rejoin()}
        >
        </visavis-closed-view>`;
    }
  }

  #renderCall(call: Public<Call>): unknown {
    const { app } = this;
    return html`<main>
      <visavis-call-view
        .call=${call}
        .media=${app.media}
        .preferences=${app.preferences}
        .lobby=${app.lobby}
        .selfName=${app.name}
        .selfUser=${app.user}
        @visavis-hang-up=${() => {
          app.hangUp();
        }}
      >
        ${
          app.ringing.all.length === 0
            ? nothing
            : html`<visavis-call-waiting slot="calls" .app=${app}></visavis-call-waiting>`
        }
      </visavis-call-view>
    </main>`;
  }

  #renderEnded(summary: EndSummary, toLobby: () => void): unknown {
    const { app } = this;
    const again = (): void => {
      if (summary.room === null) app.call(summary.peers);
      else app.joinAgain();
    };
    return html`<visavis-ended-view
      .summary=${summary}
      .obstacle=${app.obstacleToCall(summary.peers)}
      @visavis-lobby=${toLobby}
      @visavis-again=${again}
      @visavis-check=${() => {
        app.openCheck();
      }}
    ></visavis-ended-view>`;
  }

  readonly #openSettings = (event: Event): void => {
    const { app } = this;
    void openSettings((event as CustomEvent<SettingsSection>).detail, {
      media: app.media,
      preferences: app.preferences,
      account: {
        name: app.lobby === null ? null : app.name,
        rename: (name) => app.rename(name),
        hidesAddress: app.hidesAddress,
        setHidesAddress: (hides) => {
          app.setHidesAddress(hides);
        },
      },
    });
  };

  /** During a call they are shown on its own screen. */
  #renderIncoming(): unknown {
    const { app } = this;
    if (app.ringing.all.length === 0 || app.current !== null) return nothing;
    return html`<visavis-incoming-dialog .app=${app}></visavis-incoming-dialog>`;
  }
}

customElements.define('visavis-app', AppView);
