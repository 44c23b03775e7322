import type { RemoteParticipant } from '@visavis/client';
import { html, nothing, render } from 'lit';
import { repeat } from 'lit/directives/repeat.js';
import { type IconNode, Mic, MicOff, Phone, Video, VideoOff } from 'lucide';

import type { Public } from '../../base/public.ts';
import { initials } from '../../base/initials.ts';
import { draw } from '../../design/icon.ts';
import { playing } from '../../media/playing.ts';
import { callWords } from '../../strings/call.ts';
import { strings } from '../../strings/strings.ts';
import type { SmallCall } from './picture_in_picture.ts';

// Elements of our own and their styles are known to the page's document only; here everything is plain.
const STYLES = `
  html { color-scheme: dark; font: 15px/1.4 system-ui, sans-serif; }
  body { display: grid; grid-template-rows: minmax(0, 1fr) auto; block-size: 100vh; margin: 0;
    background: var(--stage); color: var(--stage-ink); }
  .people { display: grid; grid-template-columns: repeat(auto-fit, minmax(min(160px, 100%), 1fr));
    grid-auto-rows: minmax(0, 1fr); gap: 4px; min-block-size: 0; }
  .person { position: relative; display: grid; place-items: center; min-block-size: 0; overflow: hidden;
    background: var(--stage-raised); }
  video { position: absolute; inset: 0; inline-size: 100%; block-size: 100%; object-fit: cover; }
  video.screen { object-fit: contain; }
  .face { font-size: 28px; font-weight: 600; }
  .name { position: absolute; inset-inline-start: 6px; inset-block-end: 6px; max-inline-size: calc(100% - 28px);
    padding: 1px 8px; overflow: hidden; border-radius: 999px; background: var(--stage-glass); font-size: 12px;
    text-overflow: ellipsis; white-space: nowrap; }
  .buttons { display: flex; justify-content: center; gap: 10px; padding: 8px; }
  button { display: grid; place-items: center; inline-size: 48px; block-size: 48px; padding: 0; cursor: pointer;
    border: 1px solid var(--stage-line); border-radius: 999px; background: var(--stage-glass); color: inherit; }
  button.off { background: var(--stage-ink); color: var(--stage); }
  button.hang-up { inline-size: 64px; border-color: transparent; background: var(--hang-up); color: #fff; }
  .hang-up svg { transform: rotate(135deg); }
  button:focus-visible { outline: 3px solid var(--stage-ink); outline-offset: 2px; }
  svg { inline-size: 22px; block-size: 22px; }
`;

const TOKENS = [
  '--stage',
  '--stage-raised',
  '--stage-line',
  '--stage-ink',
  '--stage-glass',
  '--hang-up',
];

/** Shows the call in `opened` and keeps it current. Returns the function that ends that. */
export function fillWindow(opened: Window & typeof globalThis, small: SmallCall): () => void {
  const { document: target } = opened;
  const tokens = getComputedStyle(document.documentElement);
  for (const token of TOKENS)
    target.documentElement.style.setProperty(token, tokens.getPropertyValue(token));
  target.documentElement.lang = document.documentElement.lang;
  target.title = strings.brand;
  // A sheet made by script: the Content-Security-Policy of the page holds here, too.
  const sheet = new opened.CSSStyleSheet();
  sheet.replaceSync(STYLES);
  target.adoptedStyleSheets = [sheet];
  const show = (): void => {
    render(template(small), target.body, { creationScope: target });
  };
  show();
  return small.view.subscribe(show);
}

function template(small: SmallCall): unknown {
  const { call, view, leave } = small;
  const muted = view.microphoneMuted;
  const off = view.cameraOff;
  return html`<div class="people">
      ${repeat(
        call.participants,
        ({ id }) => id,
        (participant) => renderPerson(participant),
      )}
    </div>
    <div class="buttons">
      ${renderButton(
        muted ? strings.media.unmute : strings.media.mute,
        muted ? MicOff : Mic,
        muted ? 'off' : '',
        () => void view.toggleMicrophone(),
      )}
      ${renderButton(
        off ? strings.media.cameraTurnOn : strings.media.cameraTurnOff,
        off ? VideoOff : Video,
        off ? 'off' : '',
        () => void view.toggleCamera(),
      )}
      ${renderButton(callWords.hangUp, Phone, 'hang-up', leave)}
    </div>`;
}

function renderPerson(participant: Public<RemoteParticipant>): unknown {
  const { name, sharing, cameraOff, screen, stream } = participant;
  const shown = sharing ? screen : stream;
  const pictured = (sharing || !cameraOff) && shown.getVideoTracks().length > 0;
  return html`<div class="person">
    <span class="face" aria-hidden="true">${initials(name)}</span>
    ${
      pictured
        ? html`<video
            class=${sharing ? 'screen' : ''}
            aria-label=${callWords.video(name)}
            .muted=${true}
            autoplay
            playsinline
            ${playing(shown)}
          ></video>`
        : nothing
    }
    <span class="name" dir="auto">${name}</span>
  </div>`;
}

function renderButton(label: string, drawing: IconNode, look: string, run: () => void): unknown {
  return html`<button class=${look} type="button" title=${label} aria-label=${label} @click=${run}>
    ${draw(drawing)}
  </button>`;
}
