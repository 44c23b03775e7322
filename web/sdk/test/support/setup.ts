// In tests the code of links is there from the beginning, as in a page whose first call is not its first.
import { loadLinkParts } from '../../src/mesh/awaited_links.ts';

await loadLinkParts();
