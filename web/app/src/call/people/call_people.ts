import type { Call, Knock, LocalMedia, RemoteParticipant } from '@visavis/client';
import { html, nothing, type PropertyValues } from 'lit';
import { repeat } from 'lit/directives/repeat.js';
import { Crown, Hand, Link, MicOff, ScreenShare, UserMinus, UserPlus, X } from 'lucide';

import { PageElement } from '../../base/page_element.ts';
import type { Public } from '../../base/public.ts';
import { Watch } from '../../base/watch.ts';
import '../../design/avatar.ts';
import {
  confusableStyles,
  renderConfusable,
  renderConfusableShort,
} from '../../design/confusable.ts';
import { dialogs } from '../../design/dialogs.ts';
import '../../design/icon.ts';
import { base, buttons, fields } from '../../design/shared.ts';
import { plainButtons, sheet } from '../../design/sheet.ts';
import type { LobbyEntry, LobbyViewModel } from '../../people/lobby_view_model.ts';
import '../../room/room_link.ts';
import { hostWords } from '../../strings/hosts.ts';
import { roomWords, stageWords } from '../../strings/stage.ts';
import { callWords } from '../../strings/call.ts';
import { strings } from '../../strings/strings.ts';
import type { CallViewModel } from '../call_view_model.ts';
import { tileStatus } from '../stage/tile_status.ts';
import { callPeopleStyles } from './call_people_styles.ts';
import { HostModel } from './host_model.ts';
import { InviteModel } from './invite_model.ts';
import { hostStyles, renderRemoval, renderRoomRules } from './room_rules.ts';

/** With more people online than this, a field to search them is worth its place. */
const SEARCH_FROM = 5;

/**
 * Who is in the call, who waits at its door, and how to get others in: beside the stage, on a phone over it. Fires
 * `visavis-panel` with null when it is to be closed.
 */
export class CallPeople extends PageElement {
  static override properties = {
    call: { attribute: false },
    media: { attribute: false },
    view: { attribute: false },
    lobby: { attribute: false },
    selfName: {},
    selfUser: {},
  };
  declare call: Public<Call>;
  declare media: Public<LocalMedia>;
  declare view: CallViewModel;
  /** The people online; null where the page does not offer them. */
  declare lobby: LobbyViewModel | null;
  declare selfName: string;
  declare selfUser: string;

  static override styles = [
    base,
    buttons,
    fields,
    sheet,
    plainButtons,
    dialogs,
    confusableStyles,
    callPeopleStyles,
    hostStyles,
  ];

  #invite: InviteModel | null = null;
  #host: HostModel | null = null;

  constructor() {
    super();
    this.lobby = null;
    this.selfName = '';
    this.selfUser = '';
    new Watch(this, () => [
      [this.view, (listener) => this.view.subscribe(listener)],
      ...(this.lobby ? [[this.lobby, this.#subscribeTo(this.lobby)] as const] : []),
      ...(this.#host ? [[this.#host, this.#subscribeTo(this.#host)] as const] : []),
      ...(this.#invite ? [[this.#invite, this.#subscribeTo(this.#invite)] as const] : []),
    ]);
  }

  override willUpdate(changes: PropertyValues): void {
    if (this.#invite && !changes.has('call') && !changes.has('lobby')) return;
    this.#invite = new InviteModel(this.call, this.lobby);
    this.#host?.dispose();
    this.#host = new HostModel(this.call);
    this.requestUpdate();
  }

  override firstUpdated(): void {
    this.renderRoot.querySelector('h2')?.focus({ preventScroll: true });
  }

  override disconnectedCallback(): void {
    super.disconnectedCallback();
    this.lobby?.setQuery('');
    this.#host?.dispose();
    this.#host = null;
    this.#invite = null;
  }

  override updated(): void {
    const dialog = this.renderRoot.querySelector('dialog');
    if (dialog && !dialog.open) dialog.showModal();
  }

  override render(): unknown {
    const { people } = roomWords;
    const { participants, knocks } = this.view;
    return html`
      <header>
        <h2 tabindex="-1">${people.title}</h2>
        <button
          class="plain"
          type="button"
          title=${people.close}
          aria-label=${people.close}
          @click=${this.#close}
        >
          <visavis-icon .drawing=${X}></visavis-icon>
        </button>
      </header>
      <div class="body">
        <div aria-live="polite">${knocks.length === 0 ? nothing : this.#renderDoor(knocks)}</div>
        <section>
          <h3 id="inside">${people.inside}</h3>
          <ul role="list" aria-labelledby="inside">
            ${this.#renderSelf()}
            ${repeat(
              participants,
              ({ id }) => id,
              (participant) => this.#renderParticipant(participant),
            )}
          </ul>
        </section>
        ${this.#host ? renderRoomRules(this.#host) : nothing} ${this.#renderInvite()}
      </div>
      ${this.#host ? renderRemoval(this.#host) : nothing}
    `;
  }

  #renderDoor(knocks: readonly Knock[]): unknown {
    const { people } = roomWords;
    return html`<section class="door">
      <h3 id="door">${people.door}</h3>
      <ul role="list" aria-labelledby="door">
        ${repeat(
          knocks,
          ({ knock }) => knock,
          (knock) =>
            html`<li>
              <visavis-avatar .name=${knock.name} .user=${knock.user}></visavis-avatar>
              <div class="who">
                <div class="name" dir="auto">${knock.name}</div>
                ${renderConfusable(knock)}
              </div>
              ${this.#renderAnswers(knock)}
            </li>`,
        )}
      </ul>
      ${this.view.mayAdmit ? nothing : html`<p class="hint">${hostWords.otherwise}</p>`}
    </section>`;
  }

  #renderAnswers(knock: Knock): unknown {
    const { call } = roomWords;
    if (!this.view.mayAdmit) return nothing;
    const answer = (admit: boolean) => (): void => void this.view.admit(knock, admit);
    return html`<button
        class="button quiet"
        type="button"
        aria-label=${call.refuse(knock.name)}
        @click=${answer(false)}
      >
        ${call.refuseShort}
      </button>
      <button
        class="button primary"
        type="button"
        aria-label=${call.letIn(knock.name)}
        @click=${answer(true)}
      >
        ${call.letInShort}
      </button>`;
  }

  #renderSelf(): unknown {
    const { view } = this;
    return html`<li>
      <visavis-avatar .name=${this.selfName} .user=${this.selfUser}></visavis-avatar>
      <div class="who">
        <div class="name" dir="auto">${roomWords.people.you(this.selfName)}</div>
        ${this.#renderBadge(this.#host?.isHost === true)}
      </div>
      ${this.#renderSigns({ name: '', handRaised: view.handRaised, sharing: view.sharing, muted: view.microphoneMuted })}
    </li>`;
  }

  #renderParticipant(participant: Public<RemoteParticipant>): unknown {
    const { name, user, handRaised, sharing, microphoneMuted: muted } = participant;
    const status = tileStatus(participant);
    const state = status?.text ?? (participant.unstable ? stageWords.unstable : null);
    return html`<li>
      <visavis-avatar .name=${name} .user=${user}></visavis-avatar>
      <div class="who">
        <div class="name" dir="auto">${name}</div>
        ${this.#renderBadge(this.#host?.hosts(participant) === true)}
        ${state === null ? nothing : html`<div class="state">${state}</div>`}
        ${renderConfusableShort(participant)}
      </div>
      ${this.#renderSigns({ name, handRaised, sharing, muted })}
      ${
        status?.retry === true
          ? html`<button
              class="button quiet"
              type="button"
              @click=${() => {
                this.view.retry(participant);
              }}
            >
              ${stageWords.retry}
            </button>`
          : nothing
      }
      ${this.#renderHosting(participant)}
    </li>`;
  }

  #renderBadge(hosts: boolean): unknown {
    if (!hosts) return nothing;
    return html`<div class="badge">
      <visavis-icon .drawing=${Crown}></visavis-icon>${hostWords.host}
    </div>`;
  }

  /** What a host may do with somebody. */
  #renderHosting(participant: Public<RemoteParticipant>): unknown {
    const host = this.#host;
    if (!host) return nothing;
    const { name } = participant;
    const hosts = host.hosts(participant);
    const naming = hosts ? hostWords.takeBack(name) : hostWords.make(name);
    return html`${
      host.mayName() && participant.state === 'joined'
        ? html`<button
            class="plain"
            type="button"
            title=${naming}
            aria-label=${naming}
            aria-pressed=${hosts ? 'true' : 'false'}
            ?disabled=${host.working}
            @click=${() => void host.setHost(participant, !hosts)}
          >
            <visavis-icon .drawing=${Crown}></visavis-icon>
          </button>`
        : nothing
    }${
      host.mayRemove(participant)
        ? html`<button
            class="plain remove"
            type="button"
            title=${hostWords.remove(name)}
            aria-label=${hostWords.remove(name)}
            ?disabled=${host.working}
            @click=${() => {
              host.askToRemove(participant);
            }}
          >
            <visavis-icon .drawing=${UserMinus}></visavis-icon>
          </button>`
        : nothing
    }`;
  }

  #renderSigns(of: {
    name: string;
    handRaised: boolean;
    sharing: boolean;
    muted: boolean;
  }): unknown {
    const own = of.name === '';
    const signs = [
      of.handRaised && ([Hand, own ? stageWords.ownHand : stageWords.hand(of.name)] as const),
      of.sharing && ([ScreenShare, own ? stageWords.sharing : stageWords.shares(of.name)] as const),
      of.muted && ([MicOff, own ? callWords.ownMuted : callWords.muted] as const),
    ].filter((sign) => sign !== false);
    return html`<span class="signs"
      >${signs.map(
        ([drawing, words]) =>
          html`<visavis-icon .drawing=${drawing} title=${words}></visavis-icon
            ><span class="visually-hidden">${words}</span>`,
      )}</span
    >`;
  }

  #renderInvite(): unknown {
    const { people, link } = roomWords;
    const { room, passphrase } = this.view;
    const problem = this.#invite?.problem ?? null;
    return html`<section>
        <h3>${room === null ? people.invite : link.title}</h3>
        ${
          room === null
            ? html`<p class="hint">${people.openHint}</p>
                <button
                  class="button soft wide"
                  type="button"
                  ?disabled=${this.#invite?.opening === true}
                  @click=${() => void this.#invite?.openRoom()}
                >
                  <visavis-icon .drawing=${Link}></visavis-icon>${people.openLink}
                </button>`
            : html`<visavis-room-link .room=${room} .passphrase=${passphrase}></visavis-room-link>`
        }
        <p class="field-error" role="alert">${problem ?? nothing}</p>
      </section>
      ${this.lobby ? this.#renderOnline(this.lobby) : nothing}`;
  }

  #renderOnline(lobby: LobbyViewModel): unknown {
    const { people } = roomWords;
    const entries = this.#invite?.entries ?? [];
    const searching = lobby.query.trim() !== '' || lobby.total > SEARCH_FROM;
    const none =
      lobby.query.trim() === '' ? people.nobodyOnline : people.noMatch(lobby.query.trim());
    return html`<section>
      <h3 id="online">${strings.people.title}</h3>
      ${
        searching
          ? html`<input
              type="search"
              autocomplete="off"
              spellcheck="false"
              aria-label=${people.search}
              placeholder=${people.search}
              .value=${lobby.query}
              @input=${(event: InputEvent) => {
                lobby.setQuery((event.target as HTMLInputElement).value);
              }}
            />`
          : nothing
      }
      <ul role="list" aria-labelledby="online">
        ${repeat(
          entries,
          ({ person }) => person.user,
          (entry) => this.#renderEntry(entry),
        )}
      </ul>
      ${entries.length === 0 ? html`<p class="hint">${none}</p>` : nothing}
    </section>`;
  }

  #renderEntry({ person, obstacle }: LobbyEntry): unknown {
    const { people } = roomWords;
    const asking = this.#invite?.isAsking(person) === true;
    const wait = this.lobby?.pauses.secondsFor(person.user) ?? 0;
    return html`<li>
      <visavis-avatar .name=${person.name} .user=${person.user}></visavis-avatar>
      <div class="who">
        <div class="name" dir="auto">${person.name}</div>
        ${person.inCall ? html`<div class="state">${strings.people.inCall}</div>` : nothing}
        ${wait > 0 ? html`<div class="state">${strings.people.pause(wait)}</div>` : nothing}
        ${renderConfusableShort(person)}
      </div>
      <button
        class="button soft"
        type="button"
        aria-label=${people.invitePerson(person.name)}
        title=${obstacle ?? nothing}
        ?disabled=${obstacle !== null || asking}
        @click=${() => void this.#invite?.invite(person)}
      >
        <visavis-icon .drawing=${UserPlus}></visavis-icon>${people.inviteShort}
      </button>
    </li>`;
  }

  #subscribeTo(source: { subscribe(listener: () => void): () => void }) {
    return (listener: () => void): (() => void) => source.subscribe(listener);
  }

  readonly #close = (): void => {
    this.dispatchEvent(
      new CustomEvent('visavis-panel', { detail: null, bubbles: true, composed: true }),
    );
  };
}

customElements.define('visavis-call-people', CallPeople);
