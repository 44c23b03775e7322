import type { SettingsContext, SettingsSection } from '../preferences/settings_request.ts';

/** Fetches the settings and opens them over the page, at that section. */
export async function openSettings(
  section: SettingsSection,
  context: SettingsContext,
): Promise<void> {
  const { SettingsDialog } = await import('./settings_dialog.ts');
  SettingsDialog.show(section, context);
}
