// ./dev bench [NAME]: runs one benchmark, or lists them.
import { relay, relayHelp } from './relay.ts';
import { signaling, signalingHelp } from './signaling.ts';

const [name, ...args] = process.argv.slice(2).filter((argument) => argument !== '--');

if (name === undefined) {
  console.log(`benchmarks:\n  signaling  ${signalingHelp}\n  relay      ${relayHelp}`);
} else if (name === 'signaling') {
  process.exitCode = (await signaling(args)) ? 0 : 1;
} else if (name === 'relay') {
  process.exitCode = (await relay(args)) ? 0 : 1;
} else {
  console.error(`there is no benchmark '${name}'`);
  process.exitCode = 2;
}
