// What comes after the question for a name, fetched together once that stands: the people online and the screens
// around a call.
import '../ended/ended_view.ts';
import '../lobby/people_panel.ts';
import '../lobby/room_card.ts';
import '../ring/call_notice.ts';
import '../ring/call_waiting.ts';
import '../ring/incoming_dialog.ts';
import '../ring/outgoing_view.ts';
import './closed_view.ts';
