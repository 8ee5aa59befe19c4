package trace

import (
	"bytes"
	"encoding/json"
	"fmt"
	"strings"
	"time"

	"bpcopy/internal/units"
)

// Schema names the form of the summary object. A field may be added to it; the
// number changes when one changes its meaning or goes.
const Schema = "bpcopy.summary/1"

// Summary is what a copy has come to, as --json writes it. Sizes are in bytes,
// rates in bytes per second; a pointer is nil where there is nothing to tell.
type Summary struct {
	Schema              string        `json:"schema"`
	Source              Source        `json:"source"`
	Destinations        []Destination `json:"destinations"`
	Bytes               int64         `json:"bytes"`
	ElapsedSeconds      float64       `json:"elapsed_seconds"`
	Rate                int64         `json:"rate"`
	RequestedRate       *int64        `json:"requested_rate"`
	HighWaterMark       int64         `json:"high_water_mark"`
	LowWaterMark        int64         `json:"low_water_mark"`
	ReadAhead           int64         `json:"read_ahead"`
	ChunkSize           int64         `json:"chunk_size"`
	Conduit             string        `json:"conduit"`
	Pauses              int64         `json:"pauses"`
	Drains              int64         `json:"drains"`
	Resumes             int64         `json:"resumes"`
	UserPauses          int64         `json:"user_pauses,omitempty"` // those of --pause-after-chunk
	PausedSeconds       float64       `json:"paused_seconds"`
	LongestPauseSeconds float64       `json:"longest_pause_seconds"`
	StoppedSeconds      float64       `json:"stopped_seconds"` // in which nothing could happen, and in no other time
	PeakLength          int64         `json:"peak_length"`
	Result              string        `json:"result"`
	Error               *string       `json:"error"`
	ExitCode            int           `json:"exit_code"`
	Expectations        []Expectation `json:"expectations,omitempty"`
}

// Source is the side that was read.
type Source struct {
	Name string `json:"name"`
	Size *int64 `json:"size"`
}

// Destination is one side that was written.
type Destination struct {
	Name        string `json:"name"`
	Bytes       int64  `json:"bytes"`
	Writes      int64  `json:"writes"`
	WritesFalse int64  `json:"writes_false"`
	Drains      int64  `json:"drains"`
	PeakLength  int64  `json:"peak_length"`
}

// Expectation is a condition over the other fields, and what came of it.
type Expectation struct {
	Condition string `json:"condition"`
	Holds     bool   `json:"holds"`
	Actual    string `json:"actual"`
}

// JSON is the summary as one line.
func (s *Summary) JSON() ([]byte, error) {
	var b bytes.Buffer
	enc := json.NewEncoder(&b)
	enc.SetEscapeHTML(false) // names stay as they are
	err := enc.Encode(s)
	return b.Bytes(), err
}

// Text is the summary for people, in one line without its newline.
func (s *Summary) Text() string {
	var b strings.Builder
	fmt.Fprintf(&b, "%s in %s, %s", units.Size(s.Bytes).Human(), Seconds(s.ElapsedSeconds), units.Rate(s.Rate).Human())
	if s.RequestedRate != nil {
		fmt.Fprintf(&b, " of %s asked for", units.Rate(*s.RequestedRate).Human())
	}
	fmt.Fprintf(&b, "; pause %d drain %d resume %d", s.Pauses, s.Drains, s.Resumes)
	if s.UserPauses > 0 {
		fmt.Fprintf(&b, "; user pauses %d", s.UserPauses)
	}
	if s.Pauses > 0 {
		fmt.Fprintf(&b, "; paused %s, longest %s", Seconds(s.PausedSeconds), Seconds(s.LongestPauseSeconds))
	}
	if s.StoppedSeconds > 0 {
		fmt.Fprintf(&b, "; stopped %s", Seconds(s.StoppedSeconds))
	}
	fmt.Fprintf(&b, "; peak buffered %s", units.Size(s.PeakLength).Human())
	return b.String()
}

// Seconds prints a time of so many seconds with three digits that count.
func Seconds(s float64) string {
	d := time.Duration(s * float64(time.Second))
	for unit := time.Duration(1); unit < 100*time.Second; unit *= 10 {
		if d < 1000*unit {
			return d.Round(unit).String()
		}
	}
	return d.Round(time.Second).String()
}
