/** Samples that an analyser looks at: about 10 ms. */
export const FFT_SIZE = 512;
// Speech sits well below full scale; this maps quiet speech to about a third and loud speech to full.
const FLOOR_DB = -52;
const CEILING_DB = -18;

/** Root mean square of the last samples, from 0 (floor) to 1 (ceiling). */
export function loudness(analyser: AnalyserNode): number {
  const samples = new Float32Array(analyser.fftSize);
  analyser.getFloatTimeDomainData(samples);
  let sum = 0;
  for (const sample of samples) sum += sample * sample;
  const db = 10 * Math.log10(sum / samples.length + Number.EPSILON);
  return Math.min(1, Math.max(0, (db - FLOOR_DB) / (CEILING_DB - FLOOR_DB)));
}
