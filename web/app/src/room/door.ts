// The screens before a room, fetched together.
import './bad_room_view.ts';
import './preview_view.ts';
import './waiting_view.ts';
