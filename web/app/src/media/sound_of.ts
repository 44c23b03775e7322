/**
 * The sound of a stream alone, in a stream that stays the same: Chromium plays nothing of a stream whose picture
 * does not come.
 */
export class SoundOf {
  readonly stream = new MediaStream();

  /** Takes over the audio tracks that `source` has now. */
  follow(source: MediaStream): void {
    const heard = source.getAudioTracks();
    for (const track of this.stream.getTracks()) {
      if (!heard.includes(track)) this.stream.removeTrack(track);
    }
    for (const track of heard) this.stream.addTrack(track); // once, however often it is added
  }
}

/**
 * Plays every video and audio element in `root` that has something to play. Resolves to false when the browser plays
 * no sound before a click.
 */
export async function playAll(root: ParentNode): Promise<boolean> {
  const elements = [...root.querySelectorAll<HTMLMediaElement>('video, audio')];
  const playing = elements.filter((element) => element.srcObject !== null);
  try {
    await Promise.all(playing.map((element) => element.play()));
    return true;
  } catch (error) {
    return !(error instanceof DOMException) || error.name !== 'NotAllowedError';
  }
}
