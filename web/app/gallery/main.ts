import '../src/design/tokens.css';
import { AppView } from '../src/app/app_view.ts';
import type { LobbyView } from '../src/lobby/lobby_view.ts';
import type { CallView } from '../src/call/call_view.ts';
import { loadCallView } from '../src/call/load_call_view.ts';
import type { Stage as StageElement } from '../src/call/stage/stage.ts';
import type { RoomCard } from '../src/lobby/room_card.ts';
import { PINNED } from './room_screens.ts';
import { SCREENS, show } from './screens.ts';

/** The dialog belongs to the lobby, which has no state of its own for it. */
async function openSettings(view: AppView): Promise<void> {
  await view.updateComplete;
  const lobby = view.renderRoot.querySelector<LobbyView>('visavis-lobby-view');
  await lobby?.updateComplete;
  lobby?.renderRoot.querySelector<HTMLElement>('.settings')?.click();
}

async function openNewRoom(view: AppView): Promise<void> {
  await view.updateComplete;
  const lobby = view.renderRoot.querySelector<LobbyView>('visavis-lobby-view');
  await lobby?.updateComplete;
  const card = lobby?.renderRoot.querySelector<RoomCard>('visavis-room-card');
  await card?.updateComplete;
  card?.renderRoot.querySelector<HTMLElement>('.primary')?.click();
  await new Promise((resolve) => setTimeout(resolve, 300)); // it is fetched first
  const dialog = card?.renderRoot.querySelector('visavis-new-room-dialog')?.shadowRoot;
  dialog?.querySelectorAll<HTMLElement>('[role=switch]')[1]?.click();
}

/** What people do with a call's screen, which is no state of the call. */
async function arrangeCall(view: AppView, name: string): Promise<void> {
  await loadCallView();
  await view.updateComplete;
  const call = view.renderRoot.querySelector<CallView>('visavis-call-view');
  await call?.updateComplete;
  if (name.endsWith('people')) {
    call?.dispatchEvent(new CustomEvent('visavis-panel', { detail: 'people' }));
    await new Promise((resolve) => setTimeout(resolve, 300));
  }
  if (name === 'room-pinned') {
    const stage = call?.renderRoot.querySelector<StageElement>('visavis-stage');
    await stage?.updateComplete;
    stage?.model.togglePin(PINNED);
  }
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
  view.app = (await show(name)).app;
  document.body.append(view);
  if (name.startsWith('settings')) await openSettings(view);
  if (name === 'new-room') await openNewRoom(view);
  if (name.startsWith('room') || name.startsWith('call')) await arrangeCall(view, name);
  document.documentElement.dataset['ready'] = 'true';
}
