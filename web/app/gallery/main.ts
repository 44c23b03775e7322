import '../src/design/tokens.css';
import { AppView } from '../src/app/app_view.ts';
import type { LobbyView } from '../src/lobby/lobby_view.ts';
import { SCREENS, show } from './screens.ts';

/** The dialog belongs to the lobby, which has no state of its own for it. */
async function openSettings(view: AppView): Promise<void> {
  await view.updateComplete;
  const lobby = view.renderRoot.querySelector<LobbyView>('visavis-lobby-view');
  await lobby?.updateComplete;
  lobby?.renderRoot.querySelector<HTMLElement>('.settings')?.click();
}

/** The call view opens it, once it is there. */
async function openChat(view: AppView): Promise<void> {
  await customElements.whenDefined('visavis-call-view');
  await view.updateComplete;
  const call = view.renderRoot.querySelector('visavis-call-view');
  call?.dispatchEvent(new CustomEvent('visavis-panel', { detail: 'chat' }));
  await customElements.whenDefined('visavis-chat-panel');
}

// `/gallery/?screen=NAME` shows one screen; without a name, links to all of them.
const name = new URLSearchParams(location.search).get('screen');
if (name === null) {
  for (const screen of Object.keys(SCREENS)) {
    const link = document.createElement('a');
    link.href = `?screen=${screen}`;
    link.textContent = screen;
    const line = document.createElement('p');
    line.append(link);
    document.body.append(line);
  }
} else {
  const view = new AppView();
  view.app = await show(name);
  document.body.append(view);
  if (name.startsWith('settings')) await openSettings(view);
  if (name.startsWith('chat')) await openChat(view);
  document.documentElement.dataset['ready'] = 'true';
}
