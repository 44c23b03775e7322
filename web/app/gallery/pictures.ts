// Moving pictures of people who do not exist, so that screens can be looked at without cameras.

export interface Portrait {
  readonly backdrop: readonly [string, string];
  readonly skin: string;
  readonly hair: string;
  readonly shirt: string;
}

export const ANA: Portrait = {
  backdrop: ['#d9c7a8', '#8c7a5c'],
  skin: '#e3b48f',
  hair: '#3b2417',
  shirt: '#2f5d50',
};
export const BEN: Portrait = {
  backdrop: ['#a9c3c9', '#4d6a75'],
  skin: '#a8744f',
  hair: '#17110d',
  shirt: '#d9d2c2',
};
export const CLEO: Portrait = {
  backdrop: ['#d7b7ae', '#8a5a55'],
  skin: '#f0cdb0',
  hair: '#9c4a1c',
  shirt: '#31405f',
};
export const DAN: Portrait = {
  backdrop: ['#b9c5ae', '#5d6e52'],
  skin: '#c98f66',
  hair: '#5b4a3a',
  shirt: '#7a2f2a',
};

export const EVA: Portrait = {
  backdrop: ['#c6b8d4', '#5f5478'],
  skin: '#f1d3bd',
  hair: '#d9b45b',
  shirt: '#3a6b73',
};
export const FINN: Portrait = {
  backdrop: ['#d8d0b4', '#77704f'],
  skin: '#8a5a3c',
  hair: '#221a15',
  shirt: '#b9572d',
};

const FRAMES_PER_S = 15;

function draw(context: CanvasRenderingContext2D, portrait: Portrait, timeMs: number): void {
  const { width, height } = context.canvas;
  const light = context.createLinearGradient(0, 0, width, height);
  light.addColorStop(0, portrait.backdrop[0]);
  light.addColorStop(1, portrait.backdrop[1]);
  context.fillStyle = light;
  context.fillRect(0, 0, width, height);
  const unit = Math.min(width, height) / 10;
  const x = width / 2 + Math.sin(timeMs / 900) * unit * 0.12;
  const y = height * 0.46 + Math.sin(timeMs / 700) * unit * 0.06;
  const ellipse = (fill: string, cx: number, cy: number, rx: number, ry: number): void => {
    context.fillStyle = fill;
    context.beginPath();
    context.ellipse(cx, cy, rx, ry, 0, 0, Math.PI * 2);
    context.fill();
  };
  ellipse(portrait.hair, x, y - unit * 0.5, unit * 2.05, unit * 2.4);
  ellipse(portrait.shirt, x, height + unit * 0.9, unit * 4, unit * 3.6);
  context.fillStyle = portrait.skin;
  context.fillRect(x - unit * 0.6, y + unit * 1.4, unit * 1.2, unit * 1.6);
  ellipse(portrait.skin, x, y, unit * 1.65, unit * 2.1);
  ellipse(portrait.hair, x, y - unit * 1.75, unit * 1.6, unit * 0.75);
  ellipse('#2a1c14', x - unit * 0.6, y - unit * 0.1, unit * 0.13, unit * 0.16);
  ellipse('#2a1c14', x + unit * 0.6, y - unit * 0.1, unit * 0.13, unit * 0.16);
  context.strokeStyle = '#7c3b2c';
  context.lineWidth = unit * 0.12;
  context.lineCap = 'round';
  context.beginPath();
  context.arc(x, y + unit * 0.55, unit * 0.6, 0.25, Math.PI - 0.25);
  context.stroke();
}

/** Where motion is not wanted, nobody moves. */
function moves(): boolean {
  return !matchMedia('(prefers-reduced-motion: reduce)').matches;
}

export function videoOf(portrait: Portrait, width = 1280, height = 720): MediaStream {
  const canvas = document.createElement('canvas');
  canvas.width = width;
  canvas.height = height;
  const context = canvas.getContext('2d');
  if (!context) throw new Error('This browser draws nothing.');
  const frame = (): void => {
    draw(context, portrait, performance.now());
  };
  frame();
  if (moves()) setInterval(frame, 1000 / FRAMES_PER_S);
  return canvas.captureStream(FRAMES_PER_S);
}

/** With a quiet, wavering tone in the place of a voice, for the level meter. */
export function ownStream(): MediaStream {
  const stream = videoOf(ANA, 960, 720);
  const context = new AudioContext();
  const tone = context.createOscillator();
  const gain = context.createGain();
  gain.gain.value = 0.08;
  const output = context.createMediaStreamDestination();
  tone.connect(gain).connect(output);
  tone.start();
  for (const track of output.stream.getAudioTracks()) stream.addTrack(track);
  return stream;
}

const PLAN = [
  ['May', 'Mend the roof of the boat house', 'Ben'],
  ['May', 'Ask the harbour for the two berths at the end', 'Cleo'],
  ['June', 'Paint: the hull first, then the cabin', 'everybody'],
  ['June', 'New lines, and somebody who can splice them', 'Dan'],
  ['July', 'First trip: out to the lighthouse and back', 'everybody'],
  ['July', 'Charts, tide tables, and a list of what to take', 'Eva'],
  ['August', 'Two weeks north, if the weather lets us', 'everybody'],
  ['August', 'Somebody has to water the tomatoes', 'Finn'],
] as const;

/** A screen with a text on it, 16:10. */
export function screenOf(): MediaStream {
  const canvas = document.createElement('canvas');
  canvas.width = 1920;
  canvas.height = 1200;
  const context = canvas.getContext('2d');
  if (!context) throw new Error('This browser draws nothing.');
  const frame = (): void => {
    context.fillStyle = '#fbfaf6';
    context.fillRect(0, 0, 1920, 1200);
    context.fillStyle = '#22302b';
    context.font = '600 76px system-ui';
    context.fillText('Plan for the summer', 140, 200);
    PLAN.forEach(([month, what, who], line) => {
      const y = 330 + line * 100;
      context.fillStyle = '#e0d8c8';
      context.fillRect(140, y + 34, 1640, 2);
      context.fillStyle = '#0c6a52';
      context.font = '600 38px system-ui';
      context.fillText(month, 140, y);
      context.fillStyle = '#22302b';
      context.font = '38px system-ui';
      context.fillText(what, 360, y);
      context.fillText(who, 1560, y);
    });
  };
  frame();
  if (moves()) setInterval(frame, 1000);
  return canvas.captureStream(5);
}
