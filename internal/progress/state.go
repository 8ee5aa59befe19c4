package progress

import (
	"fmt"
	"time"

	"bpcopy/internal/ledger"
	"bpcopy/internal/side"
)

// state is what stands in place of the rate and the clock: a stall, a failure or
// an interruption. The text is empty if there is no room for any.
type state struct {
	text     string
	colour   string
	which    bool // the text says at which end
	scripted bool // the text says that it is by a script
}

// special reports whether there is a state to show.
func (s Snapshot) special() bool {
	return s.Outcome == Failed || s.Outcome == Interrupted || s.Outcome == Running && s.Stalled > 0
}

// state returns the state in as many words as room cells hold.
func (s Snapshot) state(room int) state {
	switch s.Outcome {
	case Failed:
		return state{text: longest(room, "failed after "+formatTaken(s.Elapsed), "failed"), colour: red}
	case Interrupted:
		return state{text: longest(room, "interrupted "+formatTaken(s.Elapsed), "interrupted"), colour: yellow}
	}
	long, short := "stalled "+formatTenths(s.Stalled), "stalled "+formatShort(s.Stalled)
	side, which := s.awaited()
	end := join(" ", side, which)
	if text := join(" ", long, end, "(script)"); s.Awaited.Scripted && cells(text) <= room {
		return state{text: text, colour: yellow, which: true, scripted: true}
	}
	if text := longest(room, join(" ", long, end), join(" ", short, end)); text != "" {
		return state{text: text, colour: yellow, which: true}
	}
	return state{text: longest(room, join(" ", long, side), join(" ", short, side), long, short), colour: yellow}
}

// awaited returns the side that a stalled copy waits for, or the user or a stage, and
// which of several destinations.
func (s Snapshot) awaited() (side, which string) {
	side = abbreviate(s.Awaited.Side)
	if side == "" && s.Waited.known() && (s.Waited.Holder == ledger.ByUser || s.Waited.Holder == ledger.ByStage) {
		side = s.Waited.name()
	}
	if s.Awaited.Destination > 0 && len(s.Destinations) > 1 {
		which = fmt.Sprint(s.Awaited.Destination)
	}
	return side, which
}

// remainder returns what is to be said of a state elsewhere, in waitedCells,
// since it could not be said in its own place.
func (s Snapshot) remainder(shown state) (text, colour string) {
	side, which := s.awaited()
	switch {
	case shown.text != "" && s.Outcome != Running:
		return "", plain
	case shown.text != "" && s.Awaited.Scripted && !shown.scripted:
		return "(script)", yellow
	case shown.text != "" && which != "" && !shown.which:
		return longest(waitedCells, side+" "+which), yellow
	case shown.text != "":
		return "", plain
	case s.Outcome == Failed:
		return "failed", red
	case s.Outcome == Interrupted:
		return "signal", yellow
	}
	return longest(waitedCells,
		join(" ", side+which, formatTenths(s.Stalled)), join(" ", side, formatTenths(s.Stalled)),
		join(" ", side, formatShort(s.Stalled))), yellow
}

// longest returns the first text that fits in room cells, or nothing.
func longest(room int, texts ...string) string {
	for _, text := range texts {
		if cells(text) <= room {
			return text
		}
	}
	return ""
}

// waiting returns what a stalled copy waits for, for plain lines:
// "destination", "destination:2", "destination,script".
func (s Snapshot) waiting() string {
	text := s.Awaited.Side.String()
	if s.Awaited.Side == side.Neither && s.Waited.known() && s.Waited.Holder == ledger.ByStage {
		text = "stage"
	}
	if _, which := s.awaited(); which != "" {
		text += ":" + which
	}
	if s.Awaited.Scripted {
		text += ",script"
	}
	return text
}

// stalledSince returns for how long nothing has moved, if that is a stall.
func stalledSince(lastMoved, now time.Time) time.Duration {
	if idle := now.Sub(lastMoved); idle >= stallAfter {
		return idle
	}
	return 0
}
