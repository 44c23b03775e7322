// ./dev bench [NAME]: runs one benchmark, or lists them.
import { signaling, signalingHelp } from './signaling.ts';

const [name, ...args] = process.argv.slice(2).filter((argument) => argument !== '--');

if (name === undefined) {
  console.log(`benchmarks:\n  signaling  ${signalingHelp}`);
} else if (name === 'signaling') {
  process.exitCode = (await signaling(args)) ? 0 : 1;
} else {
  console.error(`there is no benchmark '${name}'`);
  process.exitCode = 2;
}
