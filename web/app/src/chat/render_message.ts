import type { ChatMessage } from '@visavis/client';
import { html, nothing } from 'lit';
import { Lock } from 'lucide';

import '../design/icon.ts';
import { strings } from '../strings.ts';
import { linkify, type Piece } from './linkify.ts';

const clock = new Intl.DateTimeFormat('en', { hour: '2-digit', minute: '2-digit', hour12: false });
const day = new Intl.DateTimeFormat('en', { weekday: 'long', day: 'numeric', month: 'long' });

/** The day something was written, in words; two of the same day have the same. */
export function dayOf(time: number): string {
  return day.format(time);
}

/**
 * One message. What is written in it becomes text nodes and the addresses in it links, never markup.
 * @param named Whether the author is told: not again for every line of the same.
 */
export function renderMessage(
  message: ChatMessage,
  named: boolean,
  retry: (message: ChatMessage) => void,
): unknown {
  const own = message.from === 'self';
  return html`<article class="message ${own ? 'own' : ''} ${named ? 'named' : ''}">
    ${named ? renderHead(message) : nothing}
    <p class="text" dir="auto">${linkify(message.text).map(renderPiece)}</p>
    <p class="foot">
      <time datetime=${new Date(message.sentAt).toISOString()}
        >${clock.format(message.sentAt)}</time
      >
      ${message.state === 'sending' ? html`<span>${strings.chat.sending}</span>` : nothing}
      ${message.state === 'failed' ? renderFailure(message, retry) : nothing}
    </p>
  </article>`;
}

function renderHead({ from, name, to }: ChatMessage): unknown {
  const own = from === 'self';
  const privately = own ? strings.chat.privatelyTo(to?.name ?? '') : strings.chat.privately;
  return html`<p class="head">
    <bdi class="name">${own ? strings.chat.you : name}</bdi>
    ${
      to === null
        ? nothing
        : html`<span class="private"
            ><visavis-icon .drawing=${Lock}></visavis-icon>${privately}</span
          >`
    }
  </p>`;
}

function renderPiece({ text, href, host }: Piece): unknown {
  if (href === null) return text;
  return html`<a href=${href} target="_blank" rel="noopener noreferrer nofollow" dir="ltr"
      >${text}</a
    >${host === null ? nothing : html` <bdi class="host">[${host}]</bdi>`}`;
}

function renderFailure(message: ChatMessage, retry: (message: ChatMessage) => void): unknown {
  return html`<span class="failed">${strings.chat.failed}</span>
    <button
      class="again"
      type="button"
      @click=${() => {
        retry(message);
      }}
    >
      ${strings.chat.retry}
    </button>`;
}
