// Package report tells what a copy has come to: the summary object, its text for
// people, how the run ended in a word and a status, and what came of the conditions
// over it. A demo is reported as a copy is.
package report

import (
	"bytes"
	"encoding/json"
	"io"
	"math"

	"bpcopy/internal/ledger"
)

// Schema names the form of the summary object. A field may be added to it; the
// number changes when one changes its meaning or goes.
const Schema = "bpcopy.summary/1"

// Summary is what a copy has come to, as --json writes it. A pointer is nil where
// there is nothing to tell.
//
// Conditions are over its fields. The tag "unit" says what a number counts where it
// is not things: bytes, bytes/s or s. The tag "words" has all values that a text can
// have while conditions are judged.
type Summary struct {
	Schema              string        `json:"schema"`
	Source              Source        `json:"source"`
	Destinations        []Destination `json:"destinations"`
	Bytes               int64         `json:"bytes" unit:"bytes"`
	ElapsedSeconds      float64       `json:"elapsed_seconds" unit:"s"`
	Rate                int64         `json:"rate" unit:"bytes/s"`
	RequestedRate       *int64        `json:"requested_rate" unit:"bytes/s"`
	HighWaterMark       int64         `json:"high_water_mark" unit:"bytes"`
	LowWaterMark        int64         `json:"low_water_mark" unit:"bytes"`
	ReadAhead           int64         `json:"read_ahead" unit:"bytes"`
	ChunkSize           int64         `json:"chunk_size" unit:"bytes"`
	Conduit             string        `json:"conduit" words:"memory kernel"`
	Pauses              int64         `json:"pauses"`
	Drains              int64         `json:"drains"`
	Resumes             int64         `json:"resumes"`
	UserPauses          int64         `json:"user_pauses,omitempty"` // those of --pause-after-chunk
	PausedSeconds       float64       `json:"paused_seconds" unit:"s"`
	LongestPauseSeconds float64       `json:"longest_pause_seconds" unit:"s"`
	StoppedSeconds      float64       `json:"stopped_seconds" unit:"s"` // in which nothing could happen, and in no other time
	PeakLength          int64         `json:"peak_length" unit:"bytes"`
	Result              string        `json:"result" words:"ok error usage timeout interrupted consumer-gone"`
	Error               *string       `json:"error"`
	ExitCode            int           `json:"exit_code"`
	Expectations        []Expectation `json:"expectations,omitempty"`
}

// Source is the side that was read.
type Source struct {
	Name string `json:"name"`
	Size *int64 `json:"size" unit:"bytes"`
}

// Destination is one side that was written.
type Destination struct {
	Name        string `json:"name"`
	Bytes       int64  `json:"bytes" unit:"bytes"`
	Writes      int64  `json:"writes"`
	WritesFalse int64  `json:"writes_false"`
	Drains      int64  `json:"drains"`
	PeakLength  int64  `json:"peak_length" unit:"bytes"`
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

// WriteJSON writes the summary as one line.
func (s *Summary) WriteJSON(w io.Writer) error {
	line, err := s.JSON()
	if err == nil {
		_, err = w.Write(line)
	}
	return err
}

// Count fills in what the ledger tells. The place of a destination of its in the
// summary is what place returns.
func (s *Summary) Count(l ledger.Snapshot, place func(dst int) int) {
	s.Bytes, s.ElapsedSeconds = l.Written, l.Elapsed.Seconds()
	if l.Elapsed > 0 {
		s.Rate = int64(math.Round(float64(s.Bytes) / s.ElapsedSeconds))
	}
	s.Pauses, s.Drains, s.Resumes, s.UserPauses = l.Pauses, l.Drains, l.Resumes, l.UserPauses
	s.PausedSeconds, s.LongestPauseSeconds = l.Paused.Seconds(), l.LongestPause.Seconds()
	s.PeakLength = l.PeakLength
	for i, d := range l.Destinations {
		dst := &s.Destinations[place(i)]
		dst.Bytes, dst.Writes, dst.WritesFalse, dst.Drains, dst.PeakLength = d.Bytes, d.Writes, d.WritesFalse, d.Drains, d.PeakLength
	}
}

// End notes how the run ended.
func (s *Summary) End(failures *Failures) {
	status := failures.ExitStatus()
	s.Result, s.ExitCode = status.String(), int(status)
	if failures.all != nil {
		s.Error = new(failures.Error())
	}
}
