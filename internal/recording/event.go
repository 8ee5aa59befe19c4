package recording

import (
	"encoding/json"
	"errors"
	"fmt"
	"time"

	"bpcopy/internal/stream"
)

// event is a line of a recording.
type event struct {
	Time      *float64 `json:"t"` // milliseconds
	Event     string   `json:"event"`
	Dst       int      `json:"dst"`
	Bytes     int64    `json:"bytes"`
	Length    int64    `json:"length"`
	RLength   int64    `json:"rlength"`
	Ret       bool     `json:"ret"`
	NeedDrain bool     `json:"needDrain"`
	Cause     string   `json:"cause"`
	Who       string   `json:"who"`
	Code      *string  `json:"code"`
	Summary   bool     `json:"summary"` // the last line of simulate
	Conn      int64    `json:"conn"`    // of a proxy: the connection, from 1
	Dir       string   `json:"dir"`     // and its direction
	Leg       *int     `json:"leg"`     // of a chain: the copy
	Stage     *int     `json:"stage"`   // of a scenario: the stage
	Src       int      `json:"src"`     // and the source, if it is not the first
}

const (
	// longest is the latest time in milliseconds.
	longest = 1 << 43
	// mostBytes bounds the sizes.
	mostBytes = 1 << 53
	// mostDestinations bounds the indices of destinations.
	mostDestinations = 1 << 20
)

// errSummary is returned for a line that is no event, and no mistake.
var errSummary = errors.New("a summary")

// parse reads a line.
func parse(line []byte) (*event, error) {
	var e event
	if err := json.Unmarshal(line, &e); err != nil {
		return nil, fmt.Errorf("want an event as --events writes it: %w", err)
	}
	switch {
	case e.Summary:
		return nil, errSummary
	case e.Time == nil || e.Event == "":
		return nil, errors.New(`want an event as --events writes it, with "t" and "event"`)
	case !(*e.Time >= 0 && *e.Time <= longest):
		return nil, fmt.Errorf(`"t" is %v: want milliseconds from 0 on`, *e.Time)
	case e.Conn < 0 || e.Conn > 0 && e.Dir != "down" && e.Dir != "up":
		return nil, fmt.Errorf(`"conn" is %d and "dir" %q: want a connection from 1 on, down or up`, e.Conn, e.Dir)
	case e.Dst < 0 || e.Dst >= mostDestinations:
		return nil, fmt.Errorf(`"dst" is %d: want 0 to %d`, e.Dst, mostDestinations-1)
	}
	for _, n := range []int64{e.Bytes, e.Length, e.RLength} {
		if n < 0 || n > mostBytes {
			return nil, fmt.Errorf("a size is %d: want 0 to %d bytes", n, int64(mostBytes))
		}
	}
	if _, ok := kindOf(e.Event); !ok {
		return nil, fmt.Errorf("there is no event %q", e.Event)
	}
	return &e, nil
}

// kindOf returns the event of that name.
func kindOf(name string) (kind stream.Kind, ok bool) {
	for k := range stream.Callback + 1 {
		if k.String() == name {
			return k, true
		}
	}
	return 0, false
}

// causeOf returns the cause of that name, or [stream.CauseOther].
func causeOf(name string) stream.Cause {
	for c := range stream.CausePipeNeedDrain + 1 {
		if c.String() == name {
			return c
		}
	}
	return stream.CauseOther
}

// at returns the time of an event.
func (e *event) at() time.Duration { return time.Duration(*e.Time * float64(time.Millisecond)) }

// part says which copy of a recording an event is of.
type part struct {
	conn int64  // 0 if it is of none
	dir  string // "" if it is of none
	leg  int    // -1 if it is of none
}

func (e *event) part() part {
	p := part{e.Conn, e.Dir, -1}
	if e.Leg != nil {
		p.leg = *e.Leg
	}
	return p
}

// String returns what the part is called in a recording of that name.
func (p part) String(name string) string {
	if p.conn > 0 {
		name += fmt.Sprintf(" connection %d %s", p.conn, p.dir)
	}
	if p.leg >= 0 {
		name += fmt.Sprintf(" leg %d", p.leg)
	}
	return name
}

// of returns the event as the machine has told it.
func (e *event) of() *stream.Event {
	kind, _ := kindOf(e.Event) // parse has looked
	s := &stream.Event{Kind: kind, Dst: e.Dst, Bytes: e.Bytes, Length: e.Length, ReadableLength: e.RLength,
		Ret: e.Ret, NeedDrain: e.NeedDrain, Cause: causeOf(e.Cause)}
	if e.Code != nil {
		s.Code = *e.Code
	}
	switch s.Kind {
	case stream.Data, stream.Pause, stream.Resume, stream.Callback:
		s.Dst = stream.FromSource
	case stream.End, stream.Close, stream.Errored:
		if e.Who == "src" {
			s.Dst = stream.FromSource
		}
	}
	return s
}
