import { css, html, nothing } from 'lit';
import { repeat } from 'lit/directives/repeat.js';
import { Ban, Search, Video } from 'lucide';

import type { Person } from '@visavis/client';

import { PageElement } from '../base/page_element.ts';
import { Watch } from '../base/watch.ts';
import '../design/avatar.ts';
import { confusableStyles, renderConfusableShort } from '../design/confusable.ts';
import '../design/icon.ts';
import { base, buttons, fields } from '../design/shared.ts';
import { blockWords } from '../strings/names.ts';
import { strings } from '../strings/strings.ts';
import type { BlockedPerson } from '../people/blocked_people.ts';
import './invitation.ts';
import type { LobbyEntry, LobbyViewModel } from '../people/lobby_view_model.ts';

/** Who is online, to be searched and called. Fires `visavis-call` with the person. */
export class PeoplePanel extends PageElement {
  static override properties = { lobby: { attribute: false } };
  declare lobby: LobbyViewModel;

  static override styles = [
    base,
    buttons,
    fields,
    confusableStyles,
    css`
      :host {
        display: flex;
        flex-direction: column;
        min-block-size: 0;
        border-radius: var(--radius-l);
        background: var(--surface);
        box-shadow: var(--shadow-l);
      }
      header {
        display: flex;
        align-items: baseline;
        justify-content: space-between;
        gap: var(--space-3);
        padding: var(--space-5) var(--space-5) 0;
      }
      h1 {
        font-size: var(--text-l);
        font-weight: 700;
        letter-spacing: -0.015em;
      }
      .count {
        color: var(--ink-soft);
        font-size: var(--text-s);
      }
      .search {
        position: relative;
        margin: var(--space-4) var(--space-5) 0;
      }
      .search visavis-icon {
        position: absolute;
        inset-inline-start: var(--space-4);
        inset-block-start: calc(50% - 9px);
        color: var(--ink-soft);
        font-size: 18px;
        pointer-events: none;
      }
      .search input {
        padding-inline-start: 44px;
        border-radius: var(--radius-full);
      }
      .people {
        flex: 1;
        min-block-size: 0;
        padding: var(--space-3) var(--space-3) var(--space-3);
        overflow-y: auto;
        overscroll-behavior: contain;
      }
      li {
        display: flex;
        align-items: center;
        gap: var(--space-3);
        min-block-size: 68px;
        padding: var(--space-2) var(--space-3);
        border-radius: var(--radius-m);
        content-visibility: auto;
        contain-intrinsic-size: auto 68px;
      }
      li:hover {
        background: color-mix(in srgb, var(--surface-sunk) 55%, transparent);
      }
      .who {
        flex: 1;
        min-inline-size: 0;
      }
      .name {
        overflow: hidden;
        font-weight: 600;
        text-overflow: ellipsis;
        white-space: nowrap;
      }
      .state {
        display: flex;
        align-items: center;
        gap: 6px;
        color: var(--ink-soft);
        font-size: var(--text-xs);
      }
      .state::before {
        content: '';
        inline-size: 8px;
        block-size: 8px;
        border-radius: 50%;
        background: var(--accent);
      }
      .busy .state::before {
        background: var(--second);
        border-radius: 2px;
      }
      .blocked {
        display: inline-flex;
        align-items: center;
        gap: var(--space-1);
        margin-inline-start: var(--space-1);
        color: var(--danger);
        font-weight: 600;
      }
      .wait {
        color: var(--ink-soft);
        font-size: var(--text-xs);
        font-variant-numeric: tabular-nums;
      }
      .block-list {
        margin: var(--space-3);
        padding-block-start: var(--space-4);
        border-block-start: 1px solid var(--line);
      }
      .block-list h2 {
        font-size: var(--text-s);
        font-weight: 700;
      }
      .block-list > p {
        color: var(--ink-soft);
        font-size: var(--text-xs);
      }
      .block-list li {
        padding-inline: 0;
      }
      .button {
        padding-inline: var(--space-4);
      }
      .hint {
        padding: var(--space-4) var(--space-3);
        color: var(--ink-soft);
        font-size: var(--text-s);
        text-align: center;
        overflow-wrap: anywhere;
      }
    `,
  ];

  constructor() {
    super();
    new Watch(this, () => [[this.lobby, (listener) => this.lobby.subscribe(listener)]]);
  }

  override render(): unknown {
    const { lobby } = this;
    return html`
      <header>
        <h1>${strings.people.title}</h1>
        ${lobby.alone ? nothing : html`<span class="count">${strings.people.count(lobby.total)}</span>`}
      </header>
      ${lobby.alone ? nothing : this.#renderSearch()}
      <div class="people">
        ${lobby.alone ? html`<visavis-invitation></visavis-invitation>` : nothing}
        <ul class="online" role="list" aria-label=${strings.people.title}>
          ${repeat(
            lobby.entries,
            (entry) => entry.person.user,
            (entry) => this.#renderEntry(entry),
          )}
        </ul>
        ${this.#renderHint()} ${this.#renderBlocked()}
      </div>
      <p class="visually-hidden" aria-live="polite">${lobby.announcement}</p>
    `;
  }

  #renderSearch(): unknown {
    return html`<div class="search" role="search">
      <visavis-icon .drawing=${Search}></visavis-icon>
      <input
        type="search"
        autocomplete="off"
        spellcheck="false"
        aria-label=${strings.people.search}
        placeholder=${strings.people.search}
        .value=${this.lobby.query}
        @input=${(event: InputEvent) => {
          this.lobby.setQuery((event.target as HTMLInputElement).value);
        }}
      />
    </div>`;
  }

  #renderEntry({ person, obstacle }: LobbyEntry): unknown {
    const { lobby } = this;
    const wait = lobby.pauses.secondsFor(person.user);
    return html`<li class=${person.inCall ? 'busy' : ''}>
      <visavis-avatar .name=${person.name} .user=${person.user}></visavis-avatar>
      <div class="who">
        <div class="name" dir="auto">${person.name}</div>
        <div class="state">
          ${person.inCall ? strings.people.inCall : strings.people.available}${
            lobby.blocked.has(person.user)
              ? html`<span class="blocked"
                  ><visavis-icon .drawing=${Ban}></visavis-icon>${blockWords.blocked}</span
                >`
              : nothing
          }
        </div>
        ${wait > 0 ? html`<p class="wait">${strings.people.pause(wait)}</p>` : nothing}
        ${renderConfusableShort(person)}
      </div>
      <button
        class="button soft"
        type="button"
        aria-label=${strings.people.call(person.name)}
        aria-description=${obstacle ?? nothing}
        title=${obstacle ?? nothing}
        ?disabled=${obstacle !== null}
        @click=${() => {
          this.#call(person);
        }}
      >
        <visavis-icon .drawing=${Video}></visavis-icon>${strings.people.callShort}
      </button>
    </li>`;
  }

  /** Whose calls do not ring here, and the way back. */
  #renderBlocked(): unknown {
    const { blocked } = this.lobby;
    if (blocked.list.length === 0) return nothing;
    return html`<section class="block-list">
      <h2 id="blocked">${blockWords.title}</h2>
      <p>${blockWords.hint}</p>
      <ul role="list" aria-labelledby="blocked">
        ${repeat(
          blocked.list,
          ({ user }) => user,
          (person) => this.#renderBlockedPerson(person),
        )}
      </ul>
      <p class="field-error" role="alert">${blocked.failed ? blockWords.failed : nothing}</p>
    </section>`;
  }

  #renderBlockedPerson({ user, name }: BlockedPerson): unknown {
    const shown = name ?? blockWords.unknown;
    return html`<li>
      <visavis-avatar .name=${shown} .user=${user}></visavis-avatar>
      <div class="who"><div class="name" dir="auto">${shown}</div></div>
      <button
        class="button quiet"
        type="button"
        aria-label=${blockWords.unblock(shown)}
        @click=${() => {
          void this.lobby.blocked.unblock(user);
        }}
      >
        ${blockWords.unblockShort}
      </button>
    </li>`;
  }

  #renderHint(): unknown {
    const { lobby } = this;
    let hint = '';
    if (lobby.searching) hint = strings.people.searching;
    else if (lobby.query.trim() === '' && lobby.beyondList > 0)
      hint = strings.people.more(lobby.beyondList);
    else if (lobby.moreFound) hint = strings.people.moreFound;
    else if (lobby.query.trim() !== '' && lobby.entries.length === 0) {
      hint = strings.people.noMatch(lobby.query.trim());
    }
    return html`<p class="hint" role="status" ?hidden=${hint === ''}>${hint}</p>`;
  }

  #call(person: Person): void {
    this.dispatchEvent(
      new CustomEvent<Person>('visavis-call', { detail: person, bubbles: true, composed: true }),
    );
  }
}

customElements.define('visavis-people-panel', PeoplePanel);
