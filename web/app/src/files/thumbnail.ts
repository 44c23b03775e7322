// Formats that every browser shows and that hold nothing but a picture.
const PICTURES = ['image/png', 'image/jpeg', 'image/webp', 'image/gif'];
/** A larger file takes long to decode for a picture as small as a thumb. */
const THUMBNAIL_FILE_BYTES_MAX = 20_971_520;
const THUMBNAIL_PIXELS = 320;

/** An object URL of a small picture of our own file, to be revoked by the caller; null where it is not a picture. */
export async function thumbnailOf(file: File): Promise<string | null> {
  if (!PICTURES.includes(file.type) || file.size > THUMBNAIL_FILE_BYTES_MAX) return null;
  try {
    const picture = await createImageBitmap(file, {
      resizeWidth: THUMBNAIL_PIXELS,
      resizeQuality: 'medium',
    });
    const canvas = document.createElement('canvas');
    canvas.width = picture.width;
    canvas.height = Math.min(picture.height, 2 * THUMBNAIL_PIXELS);
    canvas.getContext('2d')?.drawImage(picture, 0, 0);
    picture.close();
    const blob = await new Promise<Blob | null>((resolve) => {
      canvas.toBlob(resolve, 'image/png');
    });
    return blob && URL.createObjectURL(blob);
  } catch {
    // It says it is a picture, and is none.
    return null;
  }
}
