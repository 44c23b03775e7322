// The screens around a call, fetched together once the first screen stands.
import '../ended/ended_view.ts';
import '../ring/incoming_dialog.ts';
import '../ring/outgoing_view.ts';
import './closed_view.ts';
