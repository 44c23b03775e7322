import '../src/design/tokens.css';
import { AppView } from '../src/app/app_view.ts';
import { OPENINGS } from './openings.ts';
import { SCREENS, show } from './screens.ts';

// `/gallery/?screen=NAME` shows one screen; without a name, links to all of them.
const name = new URLSearchParams(location.search).get('screen');
if (name === null) {
  for (const screen of [...Object.keys(SCREENS), ...Object.keys(OPENINGS)]) {
    const link = document.createElement('a');
    link.href = `?screen=${screen}`;
    link.textContent = screen;
    const line = document.createElement('p');
    line.append(link);
    document.body.append(line);
  }
} else {
  const opening = OPENINGS[name];
  const view = new AppView();
  view.app = await show(opening?.screen ?? name);
  document.body.append(view);
  await opening?.open(view);
  document.documentElement.dataset['ready'] = 'true';
}
